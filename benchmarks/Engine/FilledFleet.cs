using System.Globalization;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Benchmarks.Engine;

/// <summary>A fleet with as many running servers as asked for, on as many hosts as their ports need.</summary>
internal sealed class FilledFleet
{
    private const int PortsPerHost = 10_000;
    private static readonly ProjectId Project = new("bench");
    private long _ids;

    public FilledFleet(int servers)
    {
        Fleet = new Fleet(new FleetRules { PortCoolDown = TimeSpan.Zero });
        for (var host = 0; host <= servers / (PortsPerHost - 1000); host++)
        {
            Give(new FleetCommand.OfferHost(Now, new ComputeHost($"h{host}", "127.0.0.1", PortRange.Create(30000, 30000 + PortsPerHost - 1), Capacity: PortsPerHost - 1000)));
        }

        Give(new FleetCommand.ConfigureProject(Now, Project, "bench", new ProjectKeys("pf_bench", "pfclient_bench"), Plan.Pro));
        var build = new BuildId("build");
        Give(new FleetCommand.CreateBuild(Now, Project, build, "default", BuildType.Zip, "Server.x86_64", null));
        Give(new FleetCommand.BeginProcessing(Now, build));
        Give(new FleetCommand.FinishProcessing(Now, build, true));
        for (var i = 0; i < servers; i++)
        {
            Give(new FleetCommand.ReportPortsOpen(Now, new ComputeId(Start(), 1)));
        }
    }

    public Fleet Fleet { get; }

    public List<FleetEvent> Events { get; } = [];

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One start, from what the caller wrote to the events applied.</summary>
    public InstanceId Start()
    {
        var start = NextStart();
        Give(start);
        return start.Id;
    }

    /// <summary>One start decided — validated, planned, its build and ports found — and not applied.</summary>
    public Decision StartUnapplied() => Fleet.Decide(NextStart());

    /// <summary>Ends a server: its record moves on and its port comes back.</summary>
    public void End(InstanceId id) =>
        Give(new FleetCommand.ReportEnded(Now, new ComputeId(id, 1), ComputeExit.Exited(0)));

    private FleetCommand.StartServer NextStart()
    {
        Now = Now.AddTicks(1);
        var request = new StartServerRequest { Name = "match", Region = "us-east", Ttl = 3600, CustomData = """{"map":"arena"}""" };
        var start = request.Validate(Fleet.Rules, new ViolationList()).Value;
        var id = new InstanceId((++_ids).ToString("d36", CultureInfo.InvariantCulture));
        return new FleetCommand.StartServer(Now, Project, id, start.Spec with { MatchId = "match" }, start.VersionTag, start.Version);
    }

    /// <summary>Keeps the events of what follows.</summary>
    public bool Recording { get; set; }

    private void Give(FleetCommand command)
    {
        var decision = Fleet.Decide(command);
        if (decision.Refusal is { } refusal)
        {
            throw new InvalidOperationException(refusal.Message);
        }

        foreach (var happened in decision.Events)
        {
            Fleet.Apply(happened);
            if (Recording)
            {
                Events.Add(happened);
            }
        }
    }
}
