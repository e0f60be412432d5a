using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Docker;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Process;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Tests.Hosting;

/// <summary>A fleet inside an application: with a generic host, with a container alone, and with neither.</summary>
public sealed class AddPlayFlowTests
{
    private static readonly ProjectId Project = new("default");

    [Test]
    public async Task Host_StartedWithDefaults_RunsServers()
    {
        using var host = BuildHost(builder => builder.UseFakeCompute().UseInMemoryStore());

        await host.StartAsync();
        var server = await StartServerAsync(host.Services.GetRequiredService<FleetOrchestrator>());

        Assert.That(server.Status, Is.EqualTo(ServerStatus.Running));
        await host.StopAsync();
    }

    [Test]
    public async Task Docker_IsTheProvider_AndMakesTheImages()
    {
        await using var services = new ServiceCollection()
            .AddPlayFlow()
            .UseDockerCompute(new DirectoryBuilds("builds"), options => options.Endpoint = new Uri("unix:///nowhere/docker.sock"))
            .Services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<IComputeProvider>(), Is.SameAs(services.GetRequiredService<DockerComputeProvider>()));
        Assert.That(services.GetRequiredService<IBuildProcessor>(), Is.TypeOf<DockerBuildProcessor>());
    }

    [Test]
    public async Task Host_Stopped_StopsItsServers()
    {
        using var host = BuildHost(builder => builder.UseFakeCompute().UseInMemoryStore());
        await host.StartAsync();
        var fleet = host.Services.GetRequiredService<FleetOrchestrator>();
        var server = await StartServerAsync(fleet);

        await host.StopAsync();

        Assert.That((await fleet.FindServerAsync(Project, server.Id))!.Status, Is.EqualTo(ServerStatus.Stopped));
    }

    [Test]
    public async Task Host_ToldToLeaveServers_LeavesThemRunning()
    {
        using var host = BuildHost(builder => builder.UseFakeCompute().UseInMemoryStore(), options => options.LeaveServersRunning = true);
        await host.StartAsync();
        var fleet = host.Services.GetRequiredService<FleetOrchestrator>();
        var server = await StartServerAsync(fleet);

        await host.StopAsync();

        Assert.That((await fleet.FindServerAsync(Project, server.Id))!.Status, Is.EqualTo(ServerStatus.Running));
    }

    [Test]
    public async Task Host_WithProjects_HasThemFromTheStart()
    {
        using var host = BuildHost(builder => builder.UseFakeCompute().UseInMemoryStore(), options =>
        {
            options.Projects.Clear();
            options.Projects.Add(new ProjectOptions { Id = "arena", Name = "Arena", ServerKey = "pf_a", ClientKey = "pfclient_a", Plan = Plan.Free });
            options.Projects.Add(new ProjectOptions { Id = "lobby", ServerKey = "pf_b", ClientKey = "pfclient_b" });
        });
        await host.StartAsync();
        var fleet = host.Services.GetRequiredService<FleetOrchestrator>();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fleet.Projects.Select(project => (project.Id.Value, project.Name, project.Plan.Name)),
                Is.EquivalentTo(new[] { ("arena", "Arena", "free"), ("lobby", "lobby", "pro") }));
            Assert.That(fleet.Authenticate("pfclient_b")?.Project.Id.Value, Is.EqualTo("lobby"));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Parts_RegisteredByTheApplication_ComeFirst(bool before)
    {
        using var clock = new VirtualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var store = new InMemoryFleetStore();
        var services = new ServiceCollection();
        if (before)
        {
            RegisterOwn();
        }

        services.AddPlayFlow().UseFakeCompute().UseInMemoryStore();
        if (!before)
        {
            RegisterOwn();
        }

        using var provider = services.BuildServiceProvider();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(provider.GetRequiredService<TimeProvider>(), Is.SameAs(clock));
            Assert.That(provider.GetRequiredService<IFleetStore>(), Is.SameAs(store));
        }

        void RegisterOwn() => services.AddSingleton<TimeProvider>(clock).AddSingleton<IFleetStore>(store);
    }

    [Test]
    public async Task Container_WithoutAHost_StartsAFleetAndDisposesIt()
    {
        var services = new ServiceCollection();
        services.AddPlayFlow().UseFakeCompute().UseInMemoryStore();
        await using var provider = services.BuildServiceProvider();

        var fleet = await PlayFlowHost.StartAsync(provider);

        Assert.That((await StartServerAsync(fleet)).Status, Is.EqualTo(ServerStatus.Running));
    }

    [Test]
    public async Task Constructor_WithoutAContainer_StartsAFleet()
    {
        await using var fleet = await PlayFlowHost.StartAsync(
            new PlayFlowOptions(), new FakeComputeProvider(new FakeComputeOptions(), TimeProvider.System), new FakeBuildProcessor());

        Assert.That((await StartServerAsync(fleet)).Status, Is.EqualTo(ServerStatus.Running));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Host_WhoseStoreCannotBeRead_FailsToStartAndCanBeDisposed(CancellationToken cancellationToken)
    {
        var store = new InMemoryFleetStore();
        await store.LoadAsync(cancellationToken);
        await store.AppendAsync(new JournalBatch([new JournalEntry(1, new byte[] { 255, 255 })], []), cancellationToken);
        using var host = BuildHost(builder =>
        {
            builder.Services.AddSingleton<IFleetStore>(new Reopened(store));
            builder.UseFakeCompute().UseInMemoryStore();
        });

        Assert.That(async () => await host.StartAsync(cancellationToken), Throws.TypeOf<StoreException>());
        await ((IAsyncDisposable)host).DisposeAsync().AsTask().WaitAsync(cancellationToken);
    }

    [Test]
    public async Task Fleet_DisposedTwice_IsDisposedOnce()
    {
        var fleet = await PlayFlowHost.StartAsync(
            new PlayFlowOptions(), new FakeComputeProvider(new FakeComputeOptions(), TimeProvider.System), new FakeBuildProcessor());

        await fleet.DisposeAsync();

        Assert.That(async () => await fleet.DisposeAsync(), Throws.Nothing);
    }

    private static IHost BuildHost(Action<PlayFlowBuilder> parts, Action<PlayFlowOptions>? configure = null)
    {
        var host = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        parts(host.Services.AddPlayFlow(configure));
        return host.Build();
    }

    private static async Task<GameServer> StartServerAsync(FleetOrchestrator fleet)
    {
        var build = (await fleet.CreateBuildAsync(Project, Build.DefaultName, BuildType.Zip, null)).Value;
        await fleet.ProcessBuildAsync(build.Id);
        await fleet.WhenSettledAsync();
        var spec = new ServerSpec { Name = "match", Region = "us-east", Size = ComputeSize.Small };
        var server = (await fleet.StartServerAsync(Project, new ServerStart(spec, null, null))).Value;
        return (await fleet.WaitForStatusAsync(Project, server.Id, ServerStatus.Running)).Value;
    }

    /// <summary>What another run left behind.</summary>
    private sealed class Reopened(InMemoryFleetStore inner) : IFleetStore
    {
        public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken) => inner.ReloadAsync(cancellationToken);

        public ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken) => inner.AppendAsync(batch, cancellationToken);

        public ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken) =>
            inner.SaveSnapshotAsync(snapshot, cancellationToken);

        public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken) =>
            inner.FindArchivedAsync(id, cancellationToken);

        public ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken) => inner.ReloadAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
