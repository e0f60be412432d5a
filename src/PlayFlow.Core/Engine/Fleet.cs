using System.Collections.Immutable;
using System.Diagnostics;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>
/// The whole state: projects, builds, servers, hosts and their ports. <see cref="Decide"/> says what a command leads to and
/// changes nothing a caller could see; <see cref="Apply"/> makes it so. The state is the fold of the applied events. Reads no
/// clock, makes no id, does no I/O. Not thread-safe: one owner.
/// </summary>
public sealed class Fleet(FleetRules rules)
{
    private readonly Dictionary<ProjectId, ProjectFleet> _projects = [];
    private readonly Dictionary<BuildId, Build> _builds = [];
    private readonly Dictionary<InstanceId, GameServer> _servers = [];
    private readonly HostBook _hosts = new(rules.PortCoolDown);
    private readonly DeadlineQueue _deadlines = new();
    private readonly PoolBook _pools = new();
    private readonly Queue<GameServer> _stopped = new();

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

    /// <summary>What a command leads to.</summary>
    public Decision Decide(FleetCommand command) => command switch
    {
        FleetCommand.StartServer c => DecideStart(c),
        FleetCommand.ServerCommand c => DecideForServer(c),
        FleetCommand.CreateBuild c => DecideCreateBuild(c),
        FleetCommand.BeginProcessing c => DecideForBuild(c, c.Id),
        FleetCommand.FinishProcessing c => DecideForBuild(c, c.Id),
        FleetCommand.DeleteBuild c => DecideForBuild(c, c.Id),
        FleetCommand.OfferHost c => _hosts.Find(c.Host.Id)?.Host == c.Host
            ? Decision.Nothing
            : Decision.Accept(new FleetEvent.HostOffered(c.At, c.Host)),
        FleetCommand.ConfigureProject c => DecideConfigure(c),
        FleetCommand.CreateProject c => _projects.ContainsKey(c.Id)
            ? Decision.Refuse(new Problem(ProblemCode.InvalidState, $"Project '{c.Id}' exists already"))
            : DecideConfigure(new FleetCommand.ConfigureProject(c.At, c.Id, c.Name, c.Keys, c.Plan)),
        FleetCommand.ReplaceKeys c => !_projects.TryGetValue(c.Id, out var owner)
            ? Decision.Refuse(Problem.ProjectNotFound)
            : DecideConfigure(new FleetCommand.ConfigureProject(
                c.At, c.Id, owner.Project.Name, owner.Project.Keys.With(c.Fresh, c.Only), owner.Project.Plan)),
        FleetCommand.ReplaceSettings c => !_projects.TryGetValue(c.Id, out var project)
            ? Decision.Refuse(Problem.ProjectNotFound)
            : c.Settings.Pool is { Enabled: true } && !project.Project.Plan.AllowsPools
                ? Decision.Refuse(new Problem(ProblemCode.PlanLimit, $"Plan limit: the {project.Project.Plan.Name} plan has no server pools"))
                : Decision.Accept(new FleetEvent.SettingsReplaced(c.At, c.Id, c.Settings)),
        FleetCommand.TendPool c => DecideTendPool(c),
        FleetCommand.RecallServer c => _servers.ContainsKey(c.Server.Id)
            ? Decision.Nothing
            : Decision.Accept(new FleetEvent.ServerRecalled(c.At, c.Server)),
        FleetCommand.BlockPort c => Decision.Accept(
            new FleetEvent.PortBlocked(c.At, c.Host, c.Port, c.Protocol, c.At + Rules.ForeignPortRest)),
        _ => throw new UnreachableException($"The fleet takes no {command.GetType().Name}."),
    };

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

    private Decision DecideStart(FleetCommand.StartServer command)
    {
        if (!_projects.TryGetValue(command.Project, out var projectFleet))
        {
            return Decision.Refuse(Problem.ProjectNotFound);
        }

        var project = projectFleet.Project;
        if (project.Plan.Refuse(command.Spec.Size, projectFleet.Active) is { } limit)
        {
            return Decision.Refuse(limit);
        }

        if (!projectFleet.Builds.Resolve(command.VersionTag, command.Version, Rules.FallBackToNewestBuild).TryGetValue(out var build, out var problem))
        {
            return Decision.Refuse(problem);
        }

        var spec = Normalise(command.Spec, project.Plan);
        return CanClaim(spec) && _pools.FirstReady(new PoolKey(project.Id, spec.Region, spec.Size.Name, build.Id)) is { } idle
            ? Claim(idle, spec, project, command.At)
            : Start(command.Id, spec, build, project, isPoolServer: false, command.At);
    }

    /// <summary>Arguments, variables and ports cannot reach a process that runs already.</summary>
    private static bool CanClaim(ServerSpec spec) => spec.StartupArgs is null && spec.Environment.IsEmpty && spec.Ports.IsEmpty;

    private static Decision Claim(GameServer idle, ServerSpec spec, Project project, DateTimeOffset at)
    {
        var claimed = new FleetEvent.PoolServerClaimed(at, idle.Id, spec, at + spec.Ttl);
        return Decision.Accept(claimed, new FleetEffect.HandOver(ServerLifecycle.Evolve(idle, claimed), project));
    }

    private Decision DecideTendPool(FleetCommand.TendPool command)
    {
        if (!_projects.TryGetValue(command.Project, out var projectFleet))
        {
            return Decision.Refuse(Problem.ProjectNotFound);
        }

        var project = projectFleet.Project;
        var wanted = new Dictionary<PoolKey, int>();
        Build? build = null;
        if (project.Settings.Pool is { Enabled: true } pool
            && project.Plan.AllowsPools
            && projectFleet.Builds.Resolve(null, null, Rules.FallBackToNewestBuild).TryGetValue(out build, out _))
        {
            foreach (var target in pool.Targets)
            {
                wanted[new PoolKey(project.Id, target.Region, target.Size, build.Id)] = target.Count;
            }
        }

        if (_pools.FirstExcess(project.Id, wanted) is { } excess)
        {
            return ServerLifecycle.Decide(
                excess, new FleetCommand.RequestStop(command.At, excess.Id, StopReason.ShutdownSignal), Rules, _builds[excess.Build.Id], project);
        }

        foreach (var (key, count) in wanted)
        {
            if (_pools.Idle(key).Count < count)
            {
                var shortId = command.Id.Value.Length > 8 ? command.Id.Value[..8] : command.Id.Value;
                var spec = new ServerSpec
                {
                    Name = $"pool-{key.Region}-{key.Size}-{shortId}",
                    Region = key.Region,
                    Size = ComputeSize.Find(key.Size)!,
                };
                return Start(command.Id, Normalise(spec, project.Plan), build!, project, isPoolServer: true, command.At);
            }
        }

        return Decision.Nothing;
    }

    private Decision Start(InstanceId id, ServerSpec spec, Build build, Project project, bool isPoolServer, DateTimeOffset at)
    {
        if (Place(spec, project, at) is not { } place)
        {
            return Decision.Refuse(PortsExhausted(spec));
        }

        var server = new GameServer
        {
            Id = id,
            Project = project.Id,
            Number = LastServerNumber + 1,
            Spec = spec,
            Build = new BuildReference(build.Id, build.Name, build.Version),
            State = ServerState.Launching,
            Host = place.Host,
            Ports = place.Ports,
            CreatedAt = at,
            UpdatedAt = at,
            LaunchedAt = at,
            ExpiresAt = at + spec.Ttl,
            IsPoolServer = isPoolServer,
        };
        return Decision.Accept(new FleetEvent.ServerStarted(at, server), new FleetEffect.LaunchCompute(server, build, project));
    }

    private Decision DecideForServer(FleetCommand.ServerCommand command)
    {
        if (!_servers.TryGetValue(command.ServerId, out var server))
        {
            // What nobody owns any more leaves nothing behind.
            return command is FleetCommand.ReportEnded { Compute: var compute }
                ? Decision.Accept([], new FleetEffect.ForgetCompute(compute))
                : Decision.Refuse(Problem.ServerNotFound);
        }

        var project = _projects[server.Project].Project;
        return command is FleetCommand.RequestRestart restart && !server.IsPoolServer && server.Status is not ServerStatus.Stopped
            ? DecideRestart(server, restart, project)
            : ServerLifecycle.Decide(server, command, Rules, _builds[server.Build.Id], project);
    }

    private Decision DecideRestart(GameServer server, FleetCommand.RequestRestart command, Project project)
    {
        var changes = command.Changes;
        var spec = Normalise(
            server.Spec with
            {
                Name = changes.Name ?? server.Spec.Name,
                Size = changes.Size ?? server.Spec.Size,
                StartupArgs = changes.StartupArgs ?? server.Spec.StartupArgs,
                Ttl = changes.Ttl ?? server.Spec.Ttl,
                AutoRestart = changes.AutoRestart ?? server.Spec.AutoRestart,
                CustomData = changes.CustomData ?? server.Spec.CustomData,
                MatchId = changes.MatchId ?? server.Spec.MatchId,
                Environment = changes.Environment ?? server.Spec.Environment,
                Ports = changes.Ports ?? server.Spec.Ports,
            },
            project.Plan);

        // The server's own place among the active ones is not counted twice.
        if (project.Plan.Refuse(spec.Size, _projects[project.Id].Active - 1) is { } limit)
        {
            return Decision.Refuse(limit);
        }

        var build = _builds[server.Build.Id];
        if (changes.VersionTag is not null || changes.Version is not null)
        {
            var resolved = _projects[project.Id].Builds.Resolve(
                changes.VersionTag ?? server.Build.VersionTag, changes.Version, Rules.FallBackToNewestBuild);
            if (!resolved.TryGetValue(out build, out var problem))
            {
                return Decision.Refuse(problem);
            }
        }
        else if (build.State is not BuildState.Ready)
        {
            return Decision.Refuse(new Problem(ProblemCode.NoReadyBuild, FormattableString.Invariant(
                $"Build '{build.Name}' version {build.Version} was deleted: name another")));
        }

        if (Place(spec, project, command.At) is not { } place)
        {
            return Decision.Refuse(PortsExhausted(spec));
        }

        var restart = new FleetEvent.RestartRequested(
            command.At,
            server.Id,
            spec,
            new BuildReference(build.Id, build.Name, build.Version),
            place.Host,
            place.Ports,
            command.At + spec.Ttl,
            command.At + Rules.StopGrace);
        return ServerLifecycle.DecideRestart(server, restart, build, project);
    }

    private Decision DecideCreateBuild(FleetCommand.CreateBuild command)
    {
        if (!_projects.TryGetValue(command.Project, out var project))
        {
            return Decision.Refuse(Problem.ProjectNotFound);
        }

        var build = new Build
        {
            Id = command.Id,
            Project = command.Project,
            Name = command.Name,
            Version = project.Builds.NextVersion(command.Name),
            Type = command.Type,
            ExecutablePath = command.ExecutablePath,
            ImageUrl = command.ImageUrl,
            State = command.Type is BuildType.Zip ? BuildState.Uploading : BuildState.Processing,
            CreatedAt = command.At,
        };
        var created = new FleetEvent.BuildCreated(command.At, build);
        return build.State is BuildState.Processing
            ? Decision.Accept(created, new FleetEffect.ProcessBuild(build))
            : Decision.Accept(created);
    }

    private Decision DecideForBuild(FleetCommand command, BuildId id) =>
        _builds.TryGetValue(id, out var build) ? BuildLifecycle.Decide(build, command) : Decision.Refuse(Problem.BuildNotFound);

    private Decision DecideConfigure(FleetCommand.ConfigureProject command)
    {
        var keyTaken = _projects.Values.Any(other => other.Project.Id != command.Id
            && (other.Project.Keys.ServerKey == command.Keys.ServerKey || other.Project.Keys.ClientKey == command.Keys.ClientKey));
        if (keyTaken)
        {
            return Decision.Refuse(new Problem(ProblemCode.InvalidState, "Another project has one of these keys"));
        }

        var present = FindProject(command.Id);
        return present is not null && present.Name == command.Name && present.Keys == command.Keys && present.Plan == command.Plan
            ? Decision.Nothing
            : Decision.Accept(new FleetEvent.ProjectConfigured(command.At, command.Id, command.Name, command.Keys, command.Plan));
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

    private (string Host, ImmutableArray<NetworkPort> Ports)? Place(ServerSpec spec, Project project, DateTimeOffset now) =>
        _hosts.Place(spec.Ports.IsEmpty ? project.Settings.Ports : spec.Ports, spec.Region, now);

    private static Problem PortsExhausted(ServerSpec spec) =>
        new(ProblemCode.PortsExhausted, $"No host for region '{spec.Region}' has the ports left that this server needs");

    private static ServerSpec Normalise(ServerSpec spec, Plan plan) =>
        spec.Size.IsPersistent ? spec with { Ttl = null, AutoRestart = true }
        : plan.ForcedTtl is { } forced ? spec with { Ttl = forced }
        : spec;

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
