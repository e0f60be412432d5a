using System.Collections.Immutable;
using System.Globalization;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Testing.Engine;

/// <summary>
/// A fleet of two projects, one on each plan, and two small hosts, taken through <see cref="FleetStep"/>s. Ids and times come
/// from counters: the same steps give the same events. Not thread-safe.
/// </summary>
public sealed class FleetSimulation
{
    private static readonly string[] BuildNames = ["default", "arena", "lobby"];

    private readonly List<(FleetEvent Happened, GameServer? Before, GameServer? After)> _history = [];
    private readonly List<FleetEffect> _effects = [];
    private readonly List<InstanceId> _servers = [];
    private readonly List<BuildId> _builds = [];
    private readonly List<Decision> _decisions = [];
    private int _ids;

    /// <summary>A fleet ready for its first step: both projects have one ready build, the first one a pool server on its way.</summary>
    public FleetSimulation(FleetRules? rules = null)
    {
        Fleet = new Fleet(rules ?? new FleetRules { StoppedServersInMemory = 5 });
        Give(new FleetCommand.OfferHost(Now, new ComputeHost("east", "10.0.0.1", PortRange.Create(7000, 7011), "us-east")));
        Give(new FleetCommand.OfferHost(Now, new ComputeHost("any", "10.0.0.2", PortRange.Create(7000, 7015), Capacity: 9)));
        Give(new FleetCommand.ConfigureProject(Now, Projects[0], "pro", new ProjectKeys("pf_a", "pfclient_a"), Plan.Pro));
        Give(new FleetCommand.ConfigureProject(Now, Projects[1], "free", new ProjectKeys("pf_b", "pfclient_b"), Plan.Free));
        Take(new FleetStep.AddBuild(0, 0, 2));
        Take(new FleetStep.AddBuild(1, 0, 2));
        Take(new FleetStep.SetPool(0, 1));
        Take(new FleetStep.TendPool(0));
    }

    /// <summary>The two projects: <c>pro</c> and <c>free</c>.</summary>
    public static ImmutableArray<ProjectId> Projects { get; } = [new ProjectId("pro"), new ProjectId("free")];

    /// <summary>The fleet.</summary>
    public Fleet Fleet { get; }

    /// <summary>The present.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Everything that happened, with the server before and after where it was a server's.</summary>
    public IReadOnlyList<(FleetEvent Happened, GameServer? Before, GameServer? After)> History => _history;

    /// <summary>Everything that was to be done outside.</summary>
    public IReadOnlyList<FleetEffect> Effects => _effects;

    /// <summary>Every decision made.</summary>
    public IReadOnlyList<Decision> Decisions => _decisions;

    /// <summary>Every server ever started.</summary>
    public IReadOnlyList<InstanceId> Servers => _servers;

    /// <summary>Takes a step.</summary>
    public void Take(FleetStep step)
    {
        switch (step)
        {
            case FleetStep.Start s:
                var id = NewServer();
                Give(new FleetCommand.StartServer(Now, Projects[s.Project], id, Spec(s.Shape), Tag(s.Shape), s.Shape % 8 == 7 ? 1 : null));
                break;
            case FleetStep.Restart s when Pick(s.Server) is { } server:
                Give(new FleetCommand.RequestRestart(Now, server, new RestartChanges
                {
                    Ttl = s.Shape % 4 == 0 ? TimeSpan.FromSeconds(60 + s.Shape) : null,
                    AutoRestart = s.Shape % 4 == 1 ? s.Shape % 8 == 1 : null,
                    VersionTag = s.Shape % 16 == 5 ? BuildNames[s.Shape % 3] : null,
                    Size = s.Shape % 16 == 6 ? ComputeSize.Find("large") : null,
                }));
                break;
            case FleetStep.Stop s when Pick(s.Server) is { } server:
                Give(new FleetCommand.RequestStop(Now, server, StopReason.ShutdownSignal));
                break;
            case FleetStep.Update s when Pick(s.Server) is { } server:
                Give(new FleetCommand.ReplaceCustomData(Now, server, "{\"step\":" + Next() + "}"));
                break;
            case FleetStep.OpenPorts s when Pick(s.Server) is { } server:
                Give(new FleetCommand.ReportPortsOpen(Now, LaunchOf(server, s.Back)));
                break;
            case FleetStep.ReportSelf s when Pick(s.Server) is { } server:
                Give(new FleetCommand.ReportSelfRunning(Now, server));
                break;
            case FleetStep.End s when Pick(s.Server) is { } server:
                Give(new FleetCommand.ReportEnded(Now, LaunchOf(server, s.Back), Exit(s.Exit)));
                break;
            case FleetStep.Lose s when Pick(s.Server) is { } server:
                Give(new FleetCommand.ReportUnknown(Now, LaunchOf(server, 0)));
                break;
            case FleetStep.Wait s:
                Wait(TimeSpan.FromSeconds(s.Seconds));
                break;
            case FleetStep.WakeEarly when Fleet.NextDeadline is { } due && due > Now:
                Now = due.AddTicks(-1);
                Give(new FleetCommand.ReachDeadline(Now, Fleet.NextDue(due)!.Value));
                break;
            case FleetStep.AddBuild s:
                AddBuild(s);
                break;
            case FleetStep.DeleteBuild s when _builds.Count > 0:
                Give(new FleetCommand.DeleteBuild(Now, _builds[s.Build % _builds.Count]));
                break;
            case FleetStep.SetPool s:
                var pool = new PoolConfig(s.Count > 0, [new PoolTarget("us-east", "small", s.Count)]);
                Give(new FleetCommand.ReplaceSettings(Now, Projects[s.Project], ProjectSettings.New(Now) with { Pool = pool }));
                break;
            case FleetStep.TendPool s:
                Give(new FleetCommand.TendPool(Now, Projects[s.Project], NewServer()));
                break;
            case FleetStep.BlockPort s:
                Give(new FleetCommand.BlockPort(Now, s.Port % 2 == 0 ? "east" : "any", 7000 + (s.Port % 12), PortProtocol.Udp));
                break;
            default:
                break;
        }
    }

    /// <summary>Gives a command and applies what it leads to.</summary>
    public Decision Give(FleetCommand command)
    {
        var decision = Fleet.Decide(command);
        _decisions.Add(decision);
        foreach (var happened in decision.Events)
        {
            var id = (happened as FleetEvent.ServerEvent)?.ServerId;
            var before = id is { } one ? Fleet.FindServer(one) : null;
            Fleet.Apply(happened);
            _history.Add((happened, before, id is { } other ? Fleet.FindServer(other) : null));
        }

        _effects.AddRange(decision.Effects);
        return decision;
    }

    private void Wait(TimeSpan time)
    {
        var until = Now + time;
        while (Fleet.NextDeadline is { } due && due <= until)
        {
            Now = due > Now ? due : Now;
            Give(new FleetCommand.ReachDeadline(Now, Fleet.NextDue(Now)!.Value));
        }

        Now = until;
    }

    private void AddBuild(FleetStep.AddBuild step)
    {
        var id = new BuildId("build-" + Next());
        _builds.Add(id);
        Give(new FleetCommand.CreateBuild(
            Now, Projects[step.Project], id, BuildNames[step.Name], BuildType.Zip, Build.DefaultExecutablePath, null));
        if (step.Progress > 0)
        {
            Give(new FleetCommand.BeginProcessing(Now, id));
        }

        if (step.Progress > 1)
        {
            Give(new FleetCommand.FinishProcessing(Now, id, step.Progress != 5));
        }
    }

    private InstanceId NewServer()
    {
        var id = new InstanceId("server-" + Next());
        _servers.Add(id);
        return id;
    }

    private string Next() => (++_ids).ToString(CultureInfo.InvariantCulture);

    private InstanceId? Pick(int number) => _servers.Count == 0 ? null : _servers[number % _servers.Count];

    private ComputeId LaunchOf(InstanceId id, int back) => new(id, Math.Max(1, (Fleet.FindServer(id)?.Launch ?? 1) - back));

    private static ComputeExit Exit(int kind) => kind switch
    {
        0 => ComputeExit.Exited(0),
        1 => ComputeExit.Exited(3),
        2 => ComputeExit.Signaled(11),
        _ => ComputeExit.Failed(StopReason.StartupFailureExecutable, "not there"),
    };

    private static string? Tag(int shape) => (shape % 8) switch
    {
        0 or 1 => "arena",
        2 => "lobby",
        3 => "missing",
        _ => null,
    };

    private static ServerSpec Spec(int shape) => new()
    {
        Name = "walk",
        Region = shape % 3 == 0 ? "us-east" : "eu-west",
        Size = shape % 11 == 0 ? ComputeSize.Find("persistent-small")! : shape % 13 == 0 ? ComputeSize.Find("large")! : ComputeSize.Small,
        Ttl = shape % 3 == 0 ? TimeSpan.FromSeconds(60 + shape) : null,
        AutoRestart = shape % 2 == 0,
        MatchId = "match",
        Environment = shape % 7 == 0 ? [new("MODE", "x")] : [],
        Ports = (shape % 6) switch
        {
            0 => [new PortConfig("game", 7777, PortProtocol.Udp, false), new PortConfig("query", 7777, PortProtocol.Tcp, true)],
            1 => [new PortConfig("a", 7003, PortProtocol.Udp, false), new PortConfig("b", 7004, PortProtocol.Tcp, false)],
            _ => [],
        },
    };
}
