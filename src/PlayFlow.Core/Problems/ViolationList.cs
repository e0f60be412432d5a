using System.Collections.Immutable;

namespace PlayFlow.Core.Problems;

/// <summary>
/// Gathers what is wrong with a request. A path counts once: what was found first says most, so a field of the wrong type is
/// not reported as missing too. Not thread-safe.
/// </summary>
public sealed class ViolationList
{
    private readonly List<Violation> _violations = [];

    /// <summary>True while nothing is wrong.</summary>
    public bool IsEmpty => _violations.Count == 0;

    /// <summary>Adds a violation; null and a path that has one already are passed over.</summary>
    public void Add(Violation? violation)
    {
        if (violation is not null && !Has(violation.Path))
        {
            _violations.Add(violation);
        }
    }

    /// <summary>True when the very path was found wrong.</summary>
    public bool Has(FieldPath path) => _violations.Exists(violation => violation.Path.Equals(path));

    /// <summary>Everything found, as one problem, ordered as the schema orders its fields.</summary>
    /// <param name="fieldOrder">The schema's top-level fields; others come last.</param>
    public Problem ToProblem(params string[] fieldOrder) => Problem.Invalid(
        _violations.OrderBy(violation => Rank(violation.Path, fieldOrder)).ThenBy(violation => Index(violation.Path)).ToImmutableArray());

    private static int Rank(FieldPath path, string[] fieldOrder)
    {
        var rank = path.Segments.IsEmpty ? -1 : Array.IndexOf(fieldOrder, path.Segments[0].Name);
        return rank < 0 && !path.Segments.IsEmpty ? fieldOrder.Length : rank;
    }

    private static int Index(FieldPath path) => path.Segments.Length > 1 ? path.Segments[1].Index ?? -1 : -1;
}
