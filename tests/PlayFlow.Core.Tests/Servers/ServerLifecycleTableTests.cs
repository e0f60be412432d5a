using System.Text;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Servers;

/// <summary>Every command in every state, pinned by the table in src/decisions that is generated from the code.</summary>
public sealed class ServerLifecycleTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly FleetRules Rules = new();
    private static readonly ComputeId Launch = new(new InstanceId("s"), 2);
    private static readonly ComputeId Earlier = new(new InstanceId("s"), 1);

    private static readonly (string Name, Func<GameServer, GameServer> Change, FleetCommand.ServerCommand Command)[] Columns =
    [
        ("stop", Same, new FleetCommand.RequestStop(Now, Launch.Instance, StopReason.ShutdownSignal)),
        ("restart", Same, new FleetCommand.RequestRestart(Now, Launch.Instance, new RestartChanges())),
        ("restart of a pool server", server => server with { IsPoolServer = true }, new FleetCommand.RequestRestart(Now, Launch.Instance, new RestartChanges())),
        ("custom data", Same, new FleetCommand.ReplaceCustomData(Now, Launch.Instance, "{}")),
        ("ports open", Same, new FleetCommand.ReportPortsOpen(Now, Launch)),
        ("ports of an earlier launch open", Same, new FleetCommand.ReportPortsOpen(Now, Earlier)),
        ("reports itself running", Same, new FleetCommand.ReportSelfRunning(Now, Launch.Instance)),
        ("process ended", Same, new FleetCommand.ReportEnded(Now, Launch, ComputeExit.Exited(0))),
        ("process ended, auto-restart", Restarting(9), new FleetCommand.ReportEnded(Now, Launch, ComputeExit.Exited(0))),
        ("process ended, tenth restart used", Restarting(10), new FleetCommand.ReportEnded(Now, Launch, ComputeExit.Exited(0))),
        ("launch failed, auto-restart", Restarting(0), new FleetCommand.ReportEnded(Now, Launch, ComputeExit.Failed(StopReason.StartupFailureExecutable, "x"))),
        ("earlier launch ended", Same, new FleetCommand.ReportEnded(Now, Earlier, ComputeExit.Exited(0))),
        ("launch unknown to the provider", Same, new FleetCommand.ReportUnknown(Now, Launch)),
        ("TTL over", server => server with { ExpiresAt = Now }, new FleetCommand.ReachDeadline(Now, Launch.Instance)),
        ("restart delay or grace over", Same, new FleetCommand.ReachDeadline(Now, Launch.Instance)),
        ("no deadline yet", server => server with { KillAt = Now.AddTicks(1), RetryAt = Now.AddTicks(1) }, new FleetCommand.ReachDeadline(Now, Launch.Instance)),
    ];

    [Test]
    public void Every_command_in_every_state_leads_to_what_the_table_says()
    {
        var generated = Render();
        Assert.That(RepositoryFiles.Accepted("src/decisions/server-lifecycle.md", generated), Is.EqualTo(generated));
    }

    private static string Render()
    {
        var text = new StringBuilder("""
            # What every command leads to in every state of a server

            Generated from `ServerLifecycle` by its test; `PLAYFLOW_ACCEPT=1 dotnet test tests/PlayFlow.Core.Tests` renews it.
            Callers see `Launching` and `Restarting` as `launching`, `Running` as `running`, `Stopping` and `Stopped` as `stopped`;
            `BackingOff` as what it was before. `–` means that nothing changes.

            """.ReplaceLineEndings("\n"));
        var states = Enum.GetValues<ServerState>();
        text.Append("\n| |").AppendJoin("|", states.Select(state => $" {state} ")).Append("|\n|---|").Insert(text.Length, "---|", states.Length).Append('\n');
        foreach (var (name, change, command) in Columns)
        {
            text.Append("| **").Append(name).Append("** |").AppendJoin("|", states.Select(state => $" {Cell(change(Server(state)), command)} ")).Append("|\n");
        }

        return text.ToString();
    }

    private static string Cell(GameServer server, FleetCommand.ServerCommand command)
    {
        var fleet = new Fleet(Rules);
        fleet.Apply(new FleetEvent.HostOffered(Now, new ComputeHost("h", "127.0.0.1", PortRange.Create(30000, 30010))));
        fleet.Apply(new FleetEvent.ProjectConfigured(Now, server.Project, "p", new ProjectKeys("pf_k", "pfclient_k"), Plan.Pro));
        fleet.Apply(new FleetEvent.BuildCreated(Now, Build));
        fleet.Apply(new FleetEvent.ServerRecalled(Now, server));
        var decision = fleet.Decide(command);
        if (decision.Refusal is { } refusal)
        {
            return $"refused: {refusal.Message}";
        }

        foreach (var happened in decision.Events)
        {
            fleet.Apply(happened);
        }

        var after = fleet.FindServer(server.Id)!;
        var parts = new List<string>();
        if (after.State != server.State)
        {
            parts.Add($"→ {after.State}");
        }

        parts.AddRange(decision.Events.Where(_ => after.State == server.State).Select(happened => happened.GetType().Name));
        parts.AddRange(decision.Effects.Select(effect => effect switch
        {
            FleetEffect.StopCompute stop => stop.Mode is StopMode.Kill ? "kill" : "ask to end",
            FleetEffect.LaunchCompute => "launch",
            FleetEffect.ForgetCompute => "forget",
            _ => effect.GetType().Name,
        }));
        if (after.StopReason != server.StopReason)
        {
            parts.Add($"`{after.StopReason}`");
        }

        return parts.Count == 0 ? "–" : string.Join(", ", parts);
    }

    private static Build Build { get; } = new()
    {
        Id = new BuildId("b"),
        Project = new ProjectId("p"),
        Name = "default",
        Version = 1,
        Type = BuildType.Zip,
        ExecutablePath = "game",
        State = BuildState.Ready,
        CreatedAt = Now,
    };

    private static GameServer Server(ServerState state) => new()
    {
        Id = Launch.Instance,
        Project = Build.Project,
        Number = 1,
        Spec = new ServerSpec { Name = "s", Region = "us-east", Size = ComputeSize.Small, MatchId = "m" },
        Build = new BuildReference(Build.Id, Build.Name, Build.Version),
        State = state,
        Launch = 2,
        Host = "h",
        Ports = state is ServerState.Stopped ? [] : [new NetworkPort("game", 7777, 30000, PortProtocol.Udp, "127.0.0.1", false)],
        EndingHost = state is ServerState.Restarting ? "h" : null,
        EndingPorts = state is ServerState.Restarting ? [new NetworkPort("game", 7777, 30001, PortProtocol.Udp, "127.0.0.1", false)] : [],
        CreatedAt = Now,
        UpdatedAt = Now,
        LaunchedAt = Now,
        StartedAt = state is ServerState.Running or ServerState.BackingOff ? Now : null,
        RetryAt = state is ServerState.BackingOff ? Now : null,
        KillAt = state is ServerState.Restarting or ServerState.Stopping ? Now : null,
        StoppedAt = state is ServerState.Stopping or ServerState.Stopped ? Now : null,
        StopReason = state is ServerState.Stopping or ServerState.Stopped ? StopReason.ShutdownSignal : null,
    };

    private static Func<GameServer, GameServer> Restarting(int before) =>
        server => server with { AutoRestarts = before, Spec = server.Spec with { AutoRestart = true } };

    private static GameServer Same(GameServer server) => server;
}
