using System.Diagnostics;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>
/// The whole state: projects, builds, servers, hosts and their ports. <see cref="Decide"/> says what a command leads to and
/// changes nothing a caller could see; <see cref="Apply"/> makes it so. The state is the fold of the applied events. Reads no
/// clock, makes no id, does no I/O. Not thread-safe: one owner.
/// </summary>
public sealed partial class Fleet(FleetRules rules)
{
    private readonly Dictionary<ProjectId, ProjectFleet> _projects = [];
    private readonly Dictionary<BuildId, Build> _builds = [];
    private readonly Dictionary<InstanceId, GameServer> _servers = [];
    private readonly HostBook _hosts = new(rules.PortCoolDown);
    private readonly DeadlineQueue _deadlines = new();
    private readonly PoolBook _pools = new();
    private readonly Queue<GameServer> _stopped = new();

    // How many servers that are not stopped run a build.
    private readonly Dictionary<BuildId, int> _users = [];

    /// <summary>The figures it decides by.</summary>
    public FleetRules Rules { get; } = rules;

    /// <summary>How many events were applied.</summary>
    public long Sequence { get; private set; }

    /// <summary>The number of the server created last.</summary>
    public long LastServerNumber { get; private set; }

    /// <summary>When some server next needs a <see cref="FleetCommand.ReachDeadline"/>, or null.</summary>
    public DateTimeOffset? NextDeadline => _deadlines.Next;

    /// <summary>The servers it knows: all that are not stopped, and the last stopped ones.</summary>
    public IReadOnlyCollection<GameServer> Servers => _servers.Values;

    /// <summary>Every build, deleted ones too, in the order they were made.</summary>
    public IReadOnlyCollection<Build> Builds => _builds.Values;

    /// <summary>The builds that are deleted and that no server runs which is not stopped.</summary>
    internal IEnumerable<BuildId> UnusedBuilds =>
        _builds.Values.Where(build => build.State is BuildState.Deleted && CountUsers(build.Id) == 0).Select(build => build.Id);

    /// <summary>Every project.</summary>
    public IEnumerable<Project> Projects => _projects.Values.Select(project => project.Project);

    /// <summary>The hosts, in the order they were first offered.</summary>
    public IEnumerable<ComputeHost> Hosts => _hosts.Hosts;

    /// <summary>A server, or null when it is unknown or moved to the archive.</summary>
    public GameServer? FindServer(InstanceId id) => _servers.GetValueOrDefault(id);

    /// <summary>A build, or null.</summary>
    public Build? FindBuild(BuildId id) => _builds.GetValueOrDefault(id);

    /// <summary>A project, or null.</summary>
    public Project? FindProject(ProjectId id) => _projects.GetValueOrDefault(id)?.Project;

    /// <summary>How many servers of a project count against its plan.</summary>
    public int CountActive(ProjectId id) => _projects.GetValueOrDefault(id)?.Active ?? 0;

    /// <summary>The port bookkeeping of a host, or null.</summary>
    public PortPool? FindPorts(string host) => _hosts.Find(host)?.Pool;

    /// <summary>The server whose deadline has come, the earliest first, or null.</summary>
    public InstanceId? NextDue(DateTimeOffset now) => _deadlines.NextDue(now);

    /// <summary>Makes an event so.</summary>
    /// <returns>The server that moved out to the archive because of it, or null: nearly always null.</returns>
    public GameServer? Apply(FleetEvent happened)
    {
        Sequence++;
        switch (happened)
        {
            case FleetEvent.ServerEvent e:
                return ApplyToServer(e);
            case FleetEvent.BuildCreated e:
                PutBuild(e.Build);
                break;
            case FleetEvent.BuildMoved e:
                PutBuild(BuildLifecycle.Move(_builds[e.Id], e.State, e.At));
                break;
            case FleetEvent.HostOffered e:
                _hosts.Put(e.Host, _servers.Values, e.At);
                break;
            case FleetEvent.ProjectConfigured e:
                PutProject(e);
                break;
            case FleetEvent.SettingsReplaced e:
                _projects[e.Id].Project = _projects[e.Id].Project with { Settings = e.Settings };
                break;
            case FleetEvent.PortBlocked e:
                _hosts.Find(e.Host)!.Pool.Block(e.Port, e.Protocol, e.At, e.Until);
                break;
            default:
                throw new UnreachableException($"The fleet does not fold {happened.GetType().Name}.");
        }

        return null;
    }

    /// <summary>Continues the numbering of a snapshot.</summary>
    internal void ResumeAt(long sequence, long lastServerNumber)
    {
        Sequence = sequence;
        LastServerNumber = lastServerNumber;
    }

    private GameServer? ApplyToServer(FleetEvent.ServerEvent happened)
    {
        var before = _servers.GetValueOrDefault(happened.ServerId);
        var after = before is null && happened is FleetEvent.ServerStarted or FleetEvent.ServerRecalled
            ? ServerLifecycle.Evolve(null!, happened)
            : ServerLifecycle.Evolve(before!, happened);
        _servers[after.Id] = after;
        LastServerNumber = Math.Max(LastServerNumber, after.Number);

        var project = _projects[after.Project];
        project.Active += (after.IsActive ? 1 : 0) - (before is { IsActive: true } ? 1 : 0);
        CountUser(before, -1);
        CountUser(after, 1);
        _pools.Move(before, after);
        _hosts.Move(before, after, happened.At);
        _deadlines.Replace(after, before is null ? null : ServerLifecycle.NextDeadline(before, Rules), ServerLifecycle.NextDeadline(after, Rules));
        return after.State is ServerState.Stopped && before?.State is not ServerState.Stopped ? Retire(after) : null;
    }

    private GameServer? Retire(GameServer stopped)
    {
        _stopped.Enqueue(stopped);
        if (_stopped.Count <= Rules.StoppedServersInMemory)
        {
            return null;
        }

        _servers.Remove(_stopped.Dequeue().Id, out var archived);
        return archived;
    }

    private void CountUser(GameServer? server, int change)
    {
        if (server is { State: not ServerState.Stopped, Build.Id: var build })
        {
            _users[build] = CountUsers(build) + change;
        }
    }

    private int CountUsers(BuildId build) => _users.GetValueOrDefault(build);

    private void PutBuild(Build build)
    {
        _builds[build.Id] = build;
        _projects[build.Project].Builds.Put(build);
    }

    private void PutProject(FleetEvent.ProjectConfigured e)
    {
        if (_projects.TryGetValue(e.Id, out var present))
        {
            present.Project = present.Project with { Name = e.Name, Keys = e.Keys, Plan = e.Plan };
        }
        else
        {
            _projects.Add(e.Id, new ProjectFleet { Project = new Project(e.Id, e.Name, e.Keys, e.Plan, ProjectSettings.New(e.At)) });
        }
    }

    private sealed class ProjectFleet
    {
        public required Project Project { get; set; }

        public BuildCatalog Builds { get; } = new();

        public int Active { get; set; }
    }
}
