using System.Collections.Immutable;

namespace PlayFlow.Core.Catalog;

/// <summary>
/// A machine size of the service's catalogue. The closed list and the memory figures are the service's published ones;
/// those of the <c>persistent-*</c> sizes are assumed equal to their plain namesakes.
/// </summary>
public sealed class ComputeSize
{
    private ComputeSize(string name, int memoryMb, bool isPersistent)
    {
        Name = name;
        MemoryMb = memoryMb;
        IsPersistent = isPersistent;
    }

    /// <summary>The size a start gets when it names none.</summary>
    public static ComputeSize Small { get; } = new("small", 1024, false);

    /// <summary>Every size, in the order error messages list them.</summary>
    public static ImmutableArray<ComputeSize> All { get; } =
    [
        new("micro", 512, false),
        Small,
        new("medium", 2048, false),
        new("large", 4096, false),
        new("xlarge", 8192, false),
        new("dedicated-small", 2048, false),
        new("dedicated-medium", 4096, false),
        new("dedicated-large", 8192, false),
        new("dedicated-xlarge", 16384, false),
        new("persistent-small", 1024, true),
        new("persistent-medium", 2048, true),
        new("persistent-large", 4096, true),
        new("persistent-xlarge", 8192, true),
    ];

    private static readonly ImmutableDictionary<string, ComputeSize> ByName =
        All.ToImmutableDictionary(size => size.Name, StringComparer.Ordinal);

    /// <summary>The name on the wire.</summary>
    public string Name { get; }

    /// <summary>Memory in mebibytes.</summary>
    public int MemoryMb { get; }

    /// <summary>True for the sizes that host persistent worlds: no TTL, always restarted.</summary>
    public bool IsPersistent { get; }

    /// <summary>The size of that exact name, or null.</summary>
    public static ComputeSize? Find(string name) => ByName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
