using System.Collections.Immutable;
using System.Diagnostics;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <content>What each command leads to.</content>
public sealed partial class Fleet
{
    /// <summary>What a command leads to.</summary>
    public Decision Decide(FleetCommand command) => command switch
    {
        FleetCommand.StartServer c => DecideStart(c),
        FleetCommand.ServerCommand c => AndDeleteUnused(DecideForServer(c)),
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
        FleetCommand.ReplaceSettings c => DecideReplaceSettings(c),
        FleetCommand.TendPool c => AndDeleteUnused(DecideTendPool(c)),
        FleetCommand.RecallServer c => _servers.ContainsKey(c.Server.Id)
            ? Decision.Nothing
            : Decision.Accept(new FleetEvent.ServerRecalled(c.At, c.Server)),
        FleetCommand.BlockPort c => Decision.Accept(
            new FleetEvent.PortBlocked(c.At, c.Host, c.Port, c.Protocol, c.At + Rules.ForeignPortRest)),
        _ => throw new UnreachableException($"The fleet takes no {command.GetType().Name}."),
    };

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

    private Decision DecideReplaceSettings(FleetCommand.ReplaceSettings command)
    {
        if (!_projects.TryGetValue(command.Id, out var owner))
        {
            return Decision.Refuse(Problem.ProjectNotFound);
        }

        var (project, settings) = (owner.Project, command.Settings);
        if (settings.Pool is { Enabled: true } && !project.Plan.AllowsPools)
        {
            return Decision.Refuse(new Problem(ProblemCode.PlanLimit, $"Plan limit: the {project.Plan.Name} plan has no server pools"));
        }

        var decision = Decision.Accept(new FleetEvent.SettingsReplaced(command.At, command.Id, settings));
        if (project.Settings.LaunchesLike(settings))
        {
            return decision;
        }

        // A later start must get the new ports and variables, which cannot reach a process that runs already. What waits with a
        // deleted build is never claimed, and goes when the pool is tended.
        foreach (var idle in _pools.Idle(project.Id))
        {
            if (_builds[idle.Build.Id] is { State: BuildState.Ready } build)
            {
                decision = decision.And(ServerLifecycle.Decide(
                    idle, new FleetCommand.RequestStop(command.At, idle.Id, StopReason.ShutdownSignal), Rules, build, project));
            }
        }

        return decision;
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
        _builds.TryGetValue(id, out var build) ? BuildLifecycle.Decide(build, command, CountUsers(id) > 0) : Decision.Refuse(Problem.BuildNotFound);

    /// <summary>The artefact of a deleted build goes with the last server that ran it.</summary>
    private Decision AndDeleteUnused(Decision decision)
    {
        foreach (var happened in decision.Events)
        {
            if (happened is FleetEvent.ServerEnded or FleetEvent.RestartRequested
                && _servers[((FleetEvent.ServerEvent)happened).ServerId].Build.Id is var build
                && (happened as FleetEvent.RestartRequested)?.Build.Id != build
                && _builds[build].State is BuildState.Deleted
                && CountUsers(build) == 1)
            {
                return decision.And(new FleetEffect.DeleteArtefact(build));
            }
        }

        return decision;
    }

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

    private (string Host, ImmutableArray<NetworkPort> Ports)? Place(ServerSpec spec, Project project, DateTimeOffset now) =>
        _hosts.Place(spec.Ports.IsEmpty ? project.Settings.Ports : spec.Ports, spec.Region, now);

    private static Problem PortsExhausted(ServerSpec spec) =>
        new(ProblemCode.PortsExhausted, $"No host for region '{spec.Region}' has the ports left that this server needs");

    private static ServerSpec Normalise(ServerSpec spec, Plan plan) =>
        spec.Size.IsPersistent ? spec with { Ttl = null, AutoRestart = true }
        : plan.ForcedTtl is { } forced ? spec with { Ttl = forced }
        : spec;
}
