using System.Diagnostics;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Servers;

/// <summary>The transition table of one server's life: what each command leads to in each state, and what each event makes of it.</summary>
public static class ServerLifecycle
{
    private static readonly Decision RestartOfPool =
        Decision.Refuse(new Problem(ProblemCode.InvalidState, "Pool servers cannot be restarted"));

    private static readonly Decision RestartOfStopped =
        Decision.Refuse(new Problem(ProblemCode.InvalidState, "Server is stopped and cannot be restarted"));

    private static readonly Decision RunningOfStopped =
        Decision.Refuse(new Problem(ProblemCode.InvalidState, "Server is stopped and cannot be running"));

    /// <summary>What a command leads to. A restart is decided here only as far as the state allows it: see <see cref="DecideRestart"/>.</summary>
    /// <param name="server">The server.</param>
    /// <param name="command">The command, for this server.</param>
    /// <param name="rules">The figures.</param>
    /// <param name="build">The build the server runs.</param>
    /// <param name="project">The server's project.</param>
    public static Decision Decide(
        GameServer server, FleetCommand.ServerCommand command, FleetRules rules, Build build, Project project) => (server.State, command) switch
    {
        (ServerState.Launching, FleetCommand.ReportPortsOpen c) when c.Compute == server.Compute =>
            Decision.Accept(new FleetEvent.PortsOpened(c.At, server.Id)),

        // A legacy process that binds its ports late, or none at all, says itself when players may come.
        (ServerState.Launching, FleetCommand.ReportSelfRunning c) =>
            Decision.Accept(new FleetEvent.SelfReportedRunning(c.At, server.Id)),

        // A report cannot tell which launch it is of: while a restart waits for the old process, it is taken for that one's.
        (ServerState.Running or ServerState.BackingOff or ServerState.Restarting, FleetCommand.ReportSelfRunning) => Decision.Nothing,
        (ServerState.Stopping or ServerState.Stopped, FleetCommand.ReportSelfRunning) => RunningOfStopped,

        // Late, repeated, or of a launch that was replaced since.
        (_, FleetCommand.ReportPortsOpen) => Decision.Nothing,

        (ServerState.Launching or ServerState.Running, FleetCommand.ReportEnded c) when c.Compute == server.Compute =>
            DecideEnded(server, c, rules),

        // Only now may the next process start: two at once would share files and fight for ports.
        (ServerState.Restarting, FleetCommand.ReportEnded c) when c.Compute == server.Compute =>
            Relaunch(server, new FleetEvent.Relaunched(c.At, server.Id), build, project),

        // Ports go back only once the process is known to be gone: released earlier, they could be
        // handed to another server while the old one still holds them.
        (ServerState.Stopping, FleetCommand.ReportEnded c) when c.Compute == server.Compute =>
            Decision.Accept(
                new FleetEvent.ServerEnded(c.At, server.Id, server.StopReason!.Value, c.Exit),
                new FleetEffect.ForgetCompute(c.Compute)),

        // Reported before; a restart of ours reports the same end again until it is forgotten.
        (_, FleetCommand.ReportEnded c) => Decision.Accept([], new FleetEffect.ForgetCompute(c.Compute)),

        // We went down between writing the start and carrying it out.
        (ServerState.Launching, FleetCommand.ReportUnknown c) when c.Compute == server.Compute =>
            Decision.Accept([], new FleetEffect.LaunchCompute(server, build, project)),

        (_, FleetCommand.ReportUnknown c) =>
            Decide(server, new FleetCommand.ReportEnded(c.At, c.Compute, ComputeExit.Lost), rules, build, project),

        (ServerState.Launching or ServerState.Running, FleetCommand.RequestStop c) =>
            Decision.Accept(
                new FleetEvent.StopRequested(c.At, server.Id, c.Reason, c.At + rules.StopGrace),
                new FleetEffect.StopCompute(server.Compute, StopMode.Graceful)),

        // The old process was asked to end already; its grace goes on from then.
        (ServerState.Restarting, FleetCommand.RequestStop c) =>
            Decision.Accept(new FleetEvent.StopRequested(c.At, server.Id, c.Reason, server.KillAt!.Value)),

        (ServerState.BackingOff, FleetCommand.RequestStop c) =>
            Decision.Accept(
            [
                new FleetEvent.StopRequested(c.At, server.Id, c.Reason, c.At),
                new FleetEvent.ServerEnded(c.At, server.Id, c.Reason, null),
            ]),

        // Callers retry after a timeout.
        (ServerState.Stopping or ServerState.Stopped, FleetCommand.RequestStop) => Decision.Nothing,

        (_, FleetCommand.ReplaceCustomData c) =>
            Decision.Accept(new FleetEvent.CustomDataReplaced(c.At, server.Id, c.CustomData)),

        (_, FleetCommand.ReachDeadline c) => DecideDeadline(server, c, rules, build, project),

        (_, FleetCommand.RequestRestart) when server.IsPoolServer => RestartOfPool,
        (ServerState.Stopping or ServerState.Stopped, FleetCommand.RequestRestart) => RestartOfStopped,

        _ => Decision.Refuse(new Problem(ProblemCode.InvalidState, $"A {Name(server.State)} server does not take {command.GetType().Name}")),
    };

    /// <summary>What an accepted restart leads to, once the fleet has found its build and ports.</summary>
    /// <param name="server">The server, in a state that <see cref="Decide"/> does not refuse the restart in.</param>
    /// <param name="restart">The restart with all it was granted.</param>
    /// <param name="build">The build it will run.</param>
    /// <param name="project">The server's project.</param>
    public static Decision DecideRestart(GameServer server, FleetEvent.RestartRequested restart, Build build, Project project) =>
        server.State switch
        {
            ServerState.Launching or ServerState.Running =>
                Decision.Accept(restart, new FleetEffect.StopCompute(server.Compute, StopMode.Graceful)),

            // The process before it is still ending: only what comes after it changes.
            ServerState.Restarting => Decision.Accept(restart),

            // No process to wait for.
            ServerState.BackingOff => RestartAtOnce(server, restart, build, project),

            _ => RestartOfStopped,
        };

    /// <summary>When the server needs a <see cref="FleetCommand.ReachDeadline"/> next, or null for never.</summary>
    public static DateTimeOffset? NextDeadline(GameServer server, FleetRules rules) => server.State switch
    {
        ServerState.Launching when server.StartedAt is null => Earlier(server.ExpiresAt, server.LaunchedAt + rules.LaunchTimeout),
        ServerState.Launching or ServerState.Running => server.ExpiresAt,
        ServerState.BackingOff => Earlier(server.ExpiresAt, server.RetryAt),
        ServerState.Restarting => Earlier(server.ExpiresAt, server.KillAt),
        ServerState.Stopping => server.KillAt,
        _ => null,
    };

    /// <summary>What an event makes of a server. Total.</summary>
    public static GameServer Evolve(GameServer server, FleetEvent.ServerEvent happened) => happened switch
    {
        FleetEvent.PortsOpened or FleetEvent.SelfReportedRunning => server with
        {
            State = ServerState.Running,
            StartedAt = server.StartedAt ?? happened.At,
            UpdatedAt = server.StartedAt is null ? happened.At : server.UpdatedAt,
        },
        FleetEvent.CustomDataReplaced e => server with { Spec = server.Spec with { CustomData = e.CustomData }, UpdatedAt = e.At },
        FleetEvent.RestartRequested e => server with
        {
            State = ServerState.Restarting,
            Spec = e.Spec,
            Build = e.Build,
            Machine = server.Machine + 1,
            EndingHost = server.State is ServerState.Restarting ? server.EndingHost : server.Host,
            EndingPorts = server.State is ServerState.Restarting ? server.EndingPorts : server.Ports,
            KillAt = server.State is ServerState.Restarting ? server.KillAt : e.KillAt,
            Host = e.Host,
            Ports = e.Ports,
            ExpiresAt = e.ExpiresAt,
            StartedAt = null,
            UpdatedAt = e.At,
            RetryAt = null,
            AutoRestarts = 0,
        },
        FleetEvent.PoolServerClaimed e => server with
        {
            State = ServerState.Launching,
            Spec = e.Spec,
            PoolClaimedAt = e.At,
            ExpiresAt = e.ExpiresAt,
            StartedAt = null,
            UpdatedAt = e.At,
            LaunchedAt = e.At,
        },
        FleetEvent.RestartScheduled e => server with { State = ServerState.BackingOff, RetryAt = e.RetryAt },
        FleetEvent.Relaunched e => server with
        {
            State = ServerState.Launching,
            Launch = server.Launch + 1,
            AutoRestarts = server.State is ServerState.BackingOff ? server.AutoRestarts + 1 : server.AutoRestarts,
            LaunchedAt = e.At,
            EndingHost = null,
            EndingPorts = [],
            RetryAt = null,
            KillAt = null,
        },
        FleetEvent.StopRequested e => server with
        {
            State = ServerState.Stopping,
            StopReason = e.Reason,
            StoppedAt = e.At,
            UpdatedAt = e.At,
            KillAt = e.KillAt,
            RetryAt = null,
            ExpiresAt = null,
        },
        FleetEvent.KillRequested e => server with { KillAt = e.NextKillAt },
        FleetEvent.ServerEnded e => server with
        {
            State = ServerState.Stopped,
            StopReason = e.Reason,
            StoppedAt = server.StoppedAt ?? e.At,
            UpdatedAt = server.StoppedAt is null ? e.At : server.UpdatedAt,
            Ports = [],
            EndingHost = null,
            EndingPorts = [],
            RetryAt = null,
            KillAt = null,
            ExpiresAt = null,
        },
        FleetEvent.ServerStarted e => e.Server,
        FleetEvent.ServerRecalled e => e.Server,
        _ => throw new UnreachableException($"No server evolves by {happened.GetType().Name}."),
    };

    private static Decision DecideEnded(GameServer server, FleetCommand.ReportEnded command, FleetRules rules)
    {
        var exit = command.Exit;
        var forget = new FleetEffect.ForgetCompute(command.Compute);
        var restart = server.Spec.AutoRestart
            && exit.Failure is null
            && server.AutoRestarts < rules.MaxAutoRestarts
            && (rules.RestartAfterCleanExit || exit.ExitCode is not 0);
        return restart
            ? Decision.Accept(
                new FleetEvent.RestartScheduled(command.At, server.Id, exit, command.At + rules.RestartDelay(server.AutoRestarts)), forget)
            : Decision.Accept(
                new FleetEvent.ServerEnded(command.At, server.Id, exit.Failure ?? StopReason.ProcessExited, exit), forget);
    }

    private static Decision DecideDeadline(
        GameServer server, FleetCommand.ReachDeadline command, FleetRules rules, Build build, Project project)
    {
        var now = command.At;
        if (server.ExpiresAt <= now)
        {
            return Decide(server, new FleetCommand.RequestStop(now, server.Id, StopReason.TtlExpired), rules, build, project);
        }

        return server.State switch
        {
            ServerState.Launching when server.StartedAt is null && server.LaunchedAt + rules.LaunchTimeout <= now =>
                Decide(server, new FleetCommand.RequestStop(now, server.Id, StopReason.LaunchTimeout), rules, build, project),
            ServerState.BackingOff when server.RetryAt <= now =>
                Relaunch(server, new FleetEvent.Relaunched(now, server.Id), build, project),
            ServerState.Restarting or ServerState.Stopping when server.KillAt <= now =>
                Decision.Accept(
                    new FleetEvent.KillRequested(now, server.Id, now + rules.KillRetry),
                    new FleetEffect.StopCompute(server.Compute, StopMode.Kill)),
            _ => Decision.Nothing,
        };
    }

    private static Decision Relaunch(GameServer server, FleetEvent.Relaunched relaunched, Build build, Project project) =>
        Decision.Accept(
            relaunched,
            new FleetEffect.ForgetCompute(server.Compute),
            new FleetEffect.LaunchCompute(Evolve(server, relaunched), build, project));

    private static Decision RestartAtOnce(GameServer server, FleetEvent.RestartRequested restart, Build build, Project project)
    {
        var relaunched = new FleetEvent.Relaunched(restart.At, server.Id);
        var next = Evolve(Evolve(server, restart), relaunched);
        return Decision.Accept([restart, relaunched], new FleetEffect.LaunchCompute(next, build, project));
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other : one;

    private static string Name(ServerState state) => state switch
    {
        ServerState.Launching => "launching",
        ServerState.Running => "running",
        ServerState.BackingOff => "restarting",
        ServerState.Restarting => "restarting",
        _ => "stopped",
    };
}
