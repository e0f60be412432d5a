using System.Collections.Concurrent;
using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// What readers see: the fleet as far as it is written down. One writer, the journal's; readers never wait for it but for the
/// copying of a page.
/// </summary>
internal sealed class FleetView
{
    private readonly ConcurrentDictionary<InstanceId, GameServer> _servers = new();
    private readonly ConcurrentDictionary<BuildId, Build> _builds = new();
    private readonly ConcurrentDictionary<BuildId, long> _buildNumbers = new();

    // Four lists of each project: with launching servers or not, with idle pool servers or not.
    private readonly ConcurrentDictionary<ProjectId, ListingIndex<GameServer>[]> _serverLists = new();
    private readonly ConcurrentDictionary<(ProjectId, string? Name), ListingIndex<Build>> _buildLists = new();
    private ImmutableDictionary<ProjectId, Project> _projects = ImmutableDictionary<ProjectId, Project>.Empty;
    private KeyRing _keys = KeyRing.Empty;
    private volatile int _liveServers;

    public IEnumerable<Project> Projects => Volatile.Read(ref _projects).Values;

    public KeyRing Keys => Volatile.Read(ref _keys);

    /// <summary>How many servers are not stopped, their process included.</summary>
    public int LiveServers => _liveServers;

    public IEnumerable<GameServer> Servers => _servers.Values;

    public GameServer? FindServer(InstanceId id) => _servers.GetValueOrDefault(id);

    public Build? FindBuild(BuildId id) => _builds.GetValueOrDefault(id);

    public Project? FindProject(ProjectId id) => Volatile.Read(ref _projects).GetValueOrDefault(id);

    public (GameServer[] Servers, int Total) ListServers(ProjectId project, bool includeLaunching, bool includePool, int offset, int limit) =>
        _serverLists.TryGetValue(project, out var lists) ? lists[(includeLaunching ? 1 : 0) | (includePool ? 2 : 0)].Page(offset, limit) : ([], 0);

    public (Build[] Builds, int Total) ListBuilds(ProjectId project, string? name, int offset, int limit) =>
        _buildLists.TryGetValue((project, name), out var list) ? list.Page(offset, limit) : ([], 0);

    public void Put(GameServer server)
    {
        var before = _servers.GetValueOrDefault(server.Id);
        _servers[server.Id] = server;
        _liveServers += (server.State is ServerState.Stopped ? 0 : 1) - (before is null or { State: ServerState.Stopped } ? 0 : 1);
        var lists = _serverLists.GetOrAdd(server.Project, static _ => [new(), new(), new(), new()]);
        for (var list = 0; list < lists.Length; list++)
        {
            var (includeLaunching, includePool) = ((list & 1) != 0, (list & 2) != 0);
            if (IsListed(server, includeLaunching, includePool))
            {
                lists[list].Put(server.Number, server);
            }
            else if (before is not null && IsListed(before, includeLaunching, includePool))
            {
                lists[list].Remove(server.Number);
            }
        }
    }

    public void Archive(InstanceId id) => _servers.TryRemove(id, out _);

    public void Put(Build build)
    {
        _builds[build.Id] = build;
        var number = _buildNumbers.GetOrAdd(build.Id, static (_, count) => count, _buildNumbers.Count);
        foreach (var name in (string?[])[null, build.Name])
        {
            var list = _buildLists.GetOrAdd((build.Project, name), static _ => new());
            if (build.State is BuildState.Deleted)
            {
                list.Remove(number);
            }
            else
            {
                list.Put(number, build);
            }
        }
    }

    public void Put(Project project)
    {
        Volatile.Write(ref _projects, _projects.SetItem(project.Id, project));
        Volatile.Write(ref _keys, KeyRing.Of(_projects.Values));
    }

    /// <summary>Shows a fleet from scratch.</summary>
    public void Reset(Fleet fleet)
    {
        _servers.Clear();
        _liveServers = 0;
        _builds.Clear();
        _buildNumbers.Clear();
        _serverLists.Clear();
        _buildLists.Clear();
        foreach (var project in fleet.Projects)
        {
            Put(project);
        }

        foreach (var build in fleet.Builds)
        {
            Put(build);
        }

        foreach (var server in fleet.Servers.OrderBy(server => server.Number))
        {
            Put(server);
        }
    }

    private static bool IsListed(GameServer server, bool includeLaunching, bool includePool) =>
        (server.Status is ServerStatus.Running || (server.Status is ServerStatus.Launching && includeLaunching))
        && (!server.IsIdlePoolServer || includePool);
}
