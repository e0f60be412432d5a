using System.Collections.Immutable;

namespace PlayFlow.Core.Catalog;

/// <summary>The regions of the service: twelve official ids and two more that other pages of it list.</summary>
public static class Region
{
    /// <summary>Every accepted id, official ones first, in the order error messages list them.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        "us-east", "us-west", "eu-north", "eu-west", "ap-south", "sea", "ea", "ap-north", "ap-southeast",
        "south-africa", "south-america-brazil", "south-america-chile", "eu-uk", "south-america",
    ];

    private static readonly ImmutableHashSet<string> Known = All.ToImmutableHashSet(StringComparer.Ordinal);

    /// <summary>True for an id of <see cref="All"/>; ids are compared exactly and never aliased.</summary>
    public static bool IsKnown(string id) => Known.Contains(id);
}
