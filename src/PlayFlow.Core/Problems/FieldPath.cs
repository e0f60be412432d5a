using System.Collections.Immutable;
using System.Globalization;

namespace PlayFlow.Core.Problems;

/// <summary>Where in a request a value stands: names, and positions inside lists.</summary>
public sealed class FieldPath : IEquatable<FieldPath>
{
    private FieldPath(ImmutableArray<Segment> segments) => Segments = segments;

    /// <summary>The request itself.</summary>
    public static FieldPath Root { get; } = new(ImmutableArray<Segment>.Empty);

    /// <summary>The steps from the request to the value.</summary>
    public ImmutableArray<Segment> Segments { get; }

    /// <summary>A top-level field.</summary>
    public static FieldPath Of(string name) => Root.Field(name);

    /// <summary>A field of the object at this path.</summary>
    public FieldPath Field(string name) => new(Segments.Add(new Segment(name, null)));

    /// <summary>An item of the list at this path, counted from zero.</summary>
    public FieldPath Item(int index) => new(Segments.Add(new Segment(null, index)));

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => other is not null && Segments.AsSpan().SequenceEqual(other.Segments.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var segment in Segments)
        {
            hash.Add(segment);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(".", Segments);

    /// <summary>One step: a field's name or a position in a list.</summary>
    /// <param name="Name">The field's name, or null for a position.</param>
    /// <param name="Index">The position, or null for a field.</param>
    public readonly record struct Segment(string? Name, int? Index)
    {
        /// <inheritdoc/>
        public override string ToString() => Name ?? Index?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
    }
}
