using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Builds;

/// <summary>
/// One project's builds, arranged for the two questions a start and an upload ask: which build runs, and which version comes
/// next. Not thread-safe: owned by the fleet.
/// </summary>
public sealed class BuildCatalog
{
    private readonly Dictionary<string, NamedBuilds> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, SortedDictionary<long, Build>> _readyByVersion = [];
    private readonly SortedDictionary<long, Build> _ready = new(NewestFirst.Instance);
    private readonly Dictionary<BuildId, long> _order = [];

    /// <summary>The version the next build of a name gets: versions count from 1 and are never reused.</summary>
    public int NextVersion(string name) => _byName.TryGetValue(name, out var named) ? named.LastVersion + 1 : 1;

    /// <summary>Adds a build, or replaces it by its next state.</summary>
    public void Put(Build build)
    {
        if (!_byName.TryGetValue(build.Name, out var named))
        {
            _byName.Add(build.Name, named = new NamedBuilds());
        }

        if (!_order.TryGetValue(build.Id, out var order))
        {
            _order.Add(build.Id, order = _order.Count);
        }

        named.LastVersion = Math.Max(named.LastVersion, build.Version);
        if (!_readyByVersion.TryGetValue(build.Version, out var ofVersion))
        {
            _readyByVersion.Add(build.Version, ofVersion = new SortedDictionary<long, Build>(NewestFirst.Instance));
        }

        if (build.State is BuildState.Ready)
        {
            named.Ready[build.Version] = build;
            _ready[order] = build;
            ofVersion[order] = build;
        }
        else
        {
            named.Ready.Remove(build.Version);
            _ready.Remove(order);
            ofVersion.Remove(order);
        }
    }

    /// <summary>Which ready build a start uses, by the service's rules.</summary>
    /// <param name="versionTag">A build's name, or null.</param>
    /// <param name="version">A version, or null.</param>
    /// <param name="fallBackToNewest">Whether a start without a name may use a build not called <c>default</c>.</param>
    public Result<Build> Resolve(string? versionTag, int? version, bool fallBackToNewest)
    {
        var found = (versionTag, version) switch
        {
            ({ } tag, { } number) => Exactly(tag, number),
            ({ } tag, null) => Latest(tag),
            (null, null) => Latest(Build.DefaultName) ?? (fallBackToNewest ? First(_ready) : null),
            (null, { } number) => Exactly(Build.DefaultName, number)
                ?? (fallBackToNewest && _readyByVersion.TryGetValue(number, out var ofVersion) ? First(ofVersion) : null),
        };
        return found is null ? NoReadyBuild(versionTag, version) : found;
    }

    private static Problem NoReadyBuild(string? versionTag, int? version) => new(ProblemCode.NoReadyBuild, (versionTag, version) switch
    {
        ({ } tag, { } number) => FormattableString.Invariant($"No ready build '{tag}' version {number}"),
        ({ } tag, null) => $"No ready build '{tag}'",
        (null, { } number) => FormattableString.Invariant($"No ready build of version {number}"),
        _ => "No ready build: upload one first",
    });

    private static Build? First(SortedDictionary<long, Build> builds)
    {
        foreach (var build in builds)
        {
            return build.Value;
        }

        return null;
    }

    private Build? Exactly(string name, int version) =>
        _byName.TryGetValue(name, out var named) && named.Ready.TryGetValue(version, out var build) ? build : null;

    private Build? Latest(string name) => _byName.TryGetValue(name, out var named) ? First(named.Ready) : null;

    private sealed class NamedBuilds
    {
        public int LastVersion { get; set; }

        public SortedDictionary<long, Build> Ready { get; } = new(NewestFirst.Instance);
    }

    private sealed class NewestFirst : IComparer<long>
    {
        public static NewestFirst Instance { get; } = new();

        public int Compare(long x, long y) => y.CompareTo(x);
    }
}
