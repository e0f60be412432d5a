using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Time;
using PlayFlow.Core.Catalog;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>A whole orchestrator on a frozen clock, with made-up servers, one project and one ready build.</summary>
internal sealed class Host : IAsyncDisposable
{
    public static readonly ProjectId Project = new("p");

    private Host(OrchestratorOptions options, VirtualClock clock, FakeComputeProvider compute, IFleetStore store, IBuildProcessor builds)
    {
        (Clock, Compute, Store) = (clock, compute, store);
        Fleet = new FleetOrchestrator(
            options, compute, builds, store, new InMemoryLogStore(), new Ids(), clock, NullLogger<FleetOrchestrator>.Instance);
    }

    public VirtualClock Clock { get; }

    public FakeComputeProvider Compute { get; }

    public IFleetStore Store { get; }

    public FleetOrchestrator Fleet { get; }

    /// <summary>A started host.</summary>
    public static async Task<Host> StartAsync(
        Func<LaunchRequest, FakeComputeScript>? script = null,
        FleetRules? rules = null,
        Plan? plan = null,
        IFleetStore? store = null,
        FakeComputeProvider? compute = null,
        VirtualClock? clock = null,
        IBuildProcessor? builds = null,
        OrchestratorOptions? options = null,
        ImmutableArray<ComputeHost>? hosts = null)
    {
        clock ??= new VirtualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        options ??= new OrchestratorOptions();
        options.Rules = rules ?? options.Rules;
        compute ??= new FakeComputeProvider(
            new FakeComputeOptions
            {
                Hosts = hosts ?? [new ComputeHost("local", "127.0.0.1", PortRange.Create(30000, 30019))],
                Script = script ?? (_ => FakeComputeScript.Obedient),
            },
            clock);
        var host = new Host(options, clock, compute, store ?? new InMemoryFleetStore(), builds ?? new Processor());
        await host.Fleet.StartAsync();
        await host.Fleet.ConfigureProjectAsync(Project, "project", new ProjectKeys("pf_test", "pfclient_test"), plan ?? Plan.Pro);
        return host;
    }

    /// <summary>Adds a build and waits until it is processed.</summary>
    public async Task<Build> AddBuildAsync(string name = Build.DefaultName)
    {
        var build = (await Fleet.CreateBuildAsync(Project, name, BuildType.Zip, Build.DefaultExecutablePath)).Value;
        await Fleet.ProcessBuildAsync(build.Id);
        await Fleet.WhenSettledAsync();
        return Fleet.FindBuild(build.Id)!;
    }

    /// <summary>Starts a server and waits until what follows has settled.</summary>
    public async Task<GameServer> StartServerAsync(Func<ServerSpec, ServerSpec>? change = null)
    {
        var spec = new ServerSpec { Name = "test", Region = "us-east", Size = ComputeSize.Small };
        var server = (await Fleet.StartServerAsync(Project, new ServerStart(change?.Invoke(spec) ?? spec, null, null))).Value;
        await Fleet.WhenSettledAsync();
        return server;
    }

    /// <summary>The server as it is now.</summary>
    public async Task<GameServer> NowAsync(GameServer server)
    {
        await Fleet.WhenSettledAsync();
        return (await Fleet.FindServerAsync(Project, server.Id))!;
    }

    /// <summary>The lines of a server's log.</summary>
    public async Task<IReadOnlyList<string>> LogAsync(GameServer server) =>
        [.. (await Fleet.ReadServerLogAsync(await NowAsync(server), new LogQuery { Limit = 1000 })).Select(line => line.Text)];

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        Clock.Dispose();
    }

    /// <summary>Ids that count.</summary>
    private sealed class Ids : IIdSource
    {
        private int _last;

        public string Next() => Interlocked.Increment(ref _last).ToString("d8", CultureInfo.InvariantCulture);
    }

    /// <summary>Finds nothing wrong with any build.</summary>
    public sealed class Processor : IBuildProcessor
    {
        public string? Failure { get; set; }

        public List<BuildId> Deleted { get; } = [];

        public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken)
        {
            log("checked");
            return Task.FromResult(Failure);
        }

        public Task DeleteAsync(BuildId build, CancellationToken cancellationToken)
        {
            Deleted.Add(build);
            return Task.CompletedTask;
        }
    }
}
