using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>What is left of a fleet after its host or its store went down.</summary>
public sealed class RecoveryTests
{
    private readonly VirtualClock _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly KeptStore _store = new();

    [TearDown]
    public void DisposeClock() => _clock.Dispose();

    [Test]
    public async Task Restart_OfTheHost_TakesUpWhatStillRuns()
    {
        var compute = Compute();
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        var server = await before.NowAsync(await before.StartServerAsync());
        await before.Fleet.DisposeAsync();

        var after = await StartAsync(compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(compute.Running, Is.EqualTo(new[] { server.Compute }));
            Assert.That((await after.NowAsync(server)).Status, Is.EqualTo(ServerStatus.Running));
            Assert.That((await after.StartServerAsync()).Ports[0].ExternalPort, Is.Not.EqualTo(server.Ports[0].ExternalPort));
        }

        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_WithAnotherProviderWhileServersLive_IsRefusedAndChangesNothing()
    {
        var compute = Compute();
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        var server = await before.StartServerAsync();
        await before.Fleet.DisposeAsync();

        var other = new FakeComputeProvider(
            new FakeComputeOptions { Hosts = [new ComputeHost("elsewhere", "127.0.0.1", PortRange.Create(30000, 30019))] }, _clock);
        var refusal = await Assert.ThrowsAsync<StoreException>(() => StartAsync(other));
        Assert.That(refusal!.Message, Does.Contain("1 servers are on the host 'local'"));

        var after = await StartAsync(compute);
        Assert.That((await after.NowAsync(server)).Status, Is.EqualTo(ServerStatus.Running));
        await after.Fleet.StopServersAsync(StopReason.ShutdownSignal);
        await after.Fleet.DisposeAsync();
        var moved = await StartAsync(other);
        await moved.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_HearsWhatEndedMeanwhile()
    {
        var compute = Compute();
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        var server = await before.StartServerAsync();
        await before.Fleet.DisposeAsync();
        compute.End(server.Compute, ComputeExit.Exited(7));

        var after = await StartAsync(compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await after.NowAsync(server)).StopReason, Is.EqualTo(StopReason.ProcessExited));
            Assert.That(await after.LogAsync(server), Has.Some.Contains("code 7"));
            Assert.That(await compute.ListAsync(default), Is.Empty, "forgotten once it was heard");
        }

        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_OrdersAgainWhatWasNeverCarriedOut()
    {
        var before = await StartAsync(Compute(_ => new FakeComputeScript { LaunchTakes = TimeSpan.FromHours(1) }));
        await before.AddBuildAsync();
        var server = (await before.Fleet.StartServerAsync(Host.Project, Anything())).Value;

        var compute = Compute();
        var after = await StartAsync(compute);
        Assert.That((await after.NowAsync(server)).Status, Is.EqualTo(ServerStatus.Running));
        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_HandsOverAgainWhatWasClaimed()
    {
        var handed = new List<ComputeId>();
        var isDown = true;
        var compute = new FakeComputeProvider(
            new FakeComputeOptions
            {
                Hosts = [new ComputeHost("local", "127.0.0.1", PortRange.Create(30000, 30019))],
                Script = _ => FakeComputeScript.Obedient,
                BeforeCall = (call, cancellationToken) =>
                {
                    if (call.Method is FakeComputeMethod.RewriteConfig && !isDown)
                    {
                        handed.Add(call.Id!.Value);
                    }

                    return call.Method is FakeComputeMethod.RewriteConfig && isDown
                        ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                        : Task.CompletedTask;
                },
            },
            _clock);
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        await before.Fleet.ChangeSettingsAsync(Host.Project, settings => settings with
        {
            Pool = new PoolConfig(true, [new PoolTarget("us-east", "small", 1)]),
        });
        await before.Fleet.WhenSettledAsync();
        var claimed = (await before.Fleet.StartServerAsync(Host.Project, Anything())).Value;
        Assert.That(claimed.PoolClaimedAt, Is.Not.Null);

        // The pool is filled up again, after which the host writes nothing more: it hangs as if it were gone.
        while (before.Fleet.ListServers(Host.Project, false, true, 0, 50).Total < 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        isDown = false;
        var after = await StartAsync(compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await after.NowAsync(claimed)).Status, Is.EqualTo(ServerStatus.Running));
            Assert.That(handed, Is.EqualTo(new[] { claimed.Compute }));
        }

        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_EndsWhatNobodyOwns()
    {
        var compute = Compute();
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        var server = await before.StartServerAsync();
        await before.Fleet.DisposeAsync();

        var host = await Host.StartAsync(compute: compute, clock: _clock, store: new KeptStore());
        await host.Fleet.WhenSettledAsync();
        Assert.That(compute.Running, Is.Empty, $"{server.Id} belongs to another fleet's store");
        await host.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_ExpiresWhatIsOverdue()
    {
        var compute = Compute();
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        var server = await before.StartServerAsync(spec => spec with { Ttl = TimeSpan.FromSeconds(60) });
        await before.Fleet.DisposeAsync();
        await _clock.AdvanceAsync(TimeSpan.FromHours(1));

        var after = await StartAsync(compute);
        Assert.That((await after.NowAsync(server)).StopReason, Is.EqualTo(StopReason.TtlExpired));
        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_AsksNothingOfTheProviderForWhatIsOverdueBeforeItHasTakenUpWhatRuns()
    {
        var calls = new List<FakeComputeMethod>();
        FakeComputeMethod[]? whileStarting = null;
        var isRestart = false;
        var compute = new FakeComputeProvider(
            new FakeComputeOptions
            {
                Hosts = [new ComputeHost("local", "127.0.0.1", PortRange.Create(30000, 30029))],
                Script = _ => FakeComputeScript.Obedient,
                BeforeCall = async (call, cancellationToken) =>
                {
                    if (isRestart && whileStarting is null)
                    {
                        calls.Add(call.Method);
                        if (call.Method is FakeComputeMethod.List)
                        {
                            await _clock.AdvanceAsync(TimeSpan.FromSeconds(1), cancellationToken);
                            whileStarting = [.. calls];
                        }
                    }
                },
            },
            _clock);
        var before = await StartAsync(compute);
        await before.AddBuildAsync();
        var server = await before.StartServerAsync(spec => spec with { Ttl = TimeSpan.FromSeconds(60) });
        await before.Fleet.DisposeAsync();
        await _clock.AdvanceAsync(TimeSpan.FromHours(1));

        isRestart = true;
        var after = await StartAsync(compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(whileStarting, Is.EqualTo(new[] { FakeComputeMethod.List }));
            Assert.That((await after.NowAsync(server)).StopReason, Is.EqualTo(StopReason.TtlExpired));
        }

        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Restart_OfTheHost_ProcessesBuildsThatWereBeingProcessed()
    {
        var before = await StartAsync(Compute(), new Endless());
        var build = (await before.Fleet.CreateBuildAsync(Host.Project, "b", BuildType.Zip, "x")).Value;
        await before.Fleet.ProcessBuildAsync(build.Id);
        await before.Fleet.DisposeAsync();

        var after = await StartAsync(Compute());
        await after.Fleet.WhenSettledAsync();
        Assert.That(after.Fleet.FindBuild(build.Id)!.State, Is.EqualTo(BuildState.Ready));
        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Snapshots_TakeTheJournalsPlace_AndLoseNothing()
    {
        var compute = Compute();
        var before = await StartAsync(compute, options: new OrchestratorOptions { EntriesPerSnapshot = 10 });
        await before.AddBuildAsync();
        var servers = new List<GameServer>();
        for (var i = 0; i < 5; i++)
        {
            servers.Add(await before.StartServerAsync());
        }

        for (var i = 0; i < 50; i++)
        {
            await before.Fleet.ReplaceCustomDataAsync(Host.Project, servers[i % 5].Id, $$"""{"i":{{i}}}""");
        }

        await before.Fleet.StopServerAsync(Host.Project, servers[3].Id, StopReason.ShutdownSignal);
        var seen = new List<GameServer>();
        foreach (var server in servers)
        {
            seen.Add(await before.NowAsync(server));
        }

        var taken = _store.Snapshots;
        await before.Fleet.DisposeAsync();
        var stored = await _store.LoadAsync(default);

        var after = await StartAsync(compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken, Is.GreaterThan(0), "while running");
            Assert.That(stored.Entries, Is.Empty, "the last one is taken at the end");
            foreach (var server in seen)
            {
                var now = await after.NowAsync(server);
                Assert.That((now.State, now.Spec.Name, now.StoppedAt, now.Number), Is.EqualTo((server.State, server.Spec.Name, server.StoppedAt, server.Number)));
                Assert.That(now.Ports, Is.EqualTo(server.Ports));
            }
        }

        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Store_ThatCannotBeWritten_RefusesChangesAndKeepsNothingOfThem()
    {
        var host = await StartAsync(Compute());
        await host.AddBuildAsync();
        var server = await host.NowAsync(await host.StartServerAsync());
        _store.IsFull = true;

        var start = await host.Fleet.StartServerAsync(Host.Project, Anything());
        var stop = await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(start.Problem?.Code, Is.EqualTo(ProblemCode.StoreUnavailable));
            Assert.That(stop.Problem?.Code, Is.EqualTo(ProblemCode.StoreUnavailable));
            Assert.That(await host.Fleet.FindServerAsync(Host.Project, server.Id), Is.SameAs(server), "readers see what is written down");
            Assert.That(host.Compute.Running, Is.EqualTo(new[] { server.Compute }));
        }

        await host.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Shutdown_WhileTheStoreCannotBeWritten_EndsEveryProcessAndTheNextStartNotesIt()
    {
        var stubborn = false;
        var compute = Compute(_ => new FakeComputeScript { StopTakes = (stubborn = !stubborn) ? null : TimeSpan.Zero });
        var host = await StartAsync(compute, options: new OrchestratorOptions { Rules = new FleetRules { StopGrace = TimeSpan.FromMilliseconds(1) } });
        await host.AddBuildAsync();
        var servers = new[] { await host.StartServerAsync(), await host.StartServerAsync() };
        _store.IsFull = true;
        await host.Fleet.StopServersAsync(StopReason.ShutdownSignal);
        var left = compute.Running;
        await host.Fleet.DisposeAsync();
        _store.IsFull = false;

        var after = await StartAsync(compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(left, Is.Empty);
            Assert.That((await after.NowAsync(servers[0])).State, Is.EqualTo(ServerState.Stopped));
            Assert.That((await after.NowAsync(servers[1])).State, Is.EqualTo(ServerState.Stopped));
        }

        await after.Fleet.DisposeAsync();
    }

    [Test]
    public async Task Store_ThatCanBeWrittenAgain_GoesOnAndCatchesUpWithTheProvider()
    {
        var compute = Compute();
        var host = await StartAsync(compute, options: new OrchestratorOptions { StoreRetryDelay = TimeSpan.FromMilliseconds(1) });
        await host.AddBuildAsync();
        var server = await host.NowAsync(await host.StartServerAsync());
        _store.IsFull = true;
        await host.Fleet.StartServerAsync(Host.Project, Anything());
        compute.End(server.Compute, ComputeExit.Exited(0));
        var unheard = (await host.Fleet.FindServerAsync(Host.Project, server.Id))!.Status;

        _store.IsFull = false;
        await host.Fleet.WaitForStatusAsync(Host.Project, server.Id, ServerStatus.Stopped);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(unheard, Is.EqualTo(ServerStatus.Running));
            Assert.That(host.Fleet.ListServers(Host.Project, true, true, 0, 50).Total, Is.Zero, "the refused start left nothing");
            Assert.That((await host.StartServerAsync()).Ports, Has.Length.EqualTo(1));
        }

        await host.Fleet.DisposeAsync();
    }

    private Task<Host> StartAsync(FakeComputeProvider compute, IBuildProcessor? builds = null, OrchestratorOptions? options = null) =>
        Host.StartAsync(compute: compute, clock: _clock, store: _store, builds: builds, options: options);

    private FakeComputeProvider Compute(Func<LaunchRequest, FakeComputeScript>? script = null) => new(
        new FakeComputeOptions
        {
            Hosts = [new ComputeHost("local", "127.0.0.1", PortRange.Create(30000, 30029))],
            Script = script ?? (_ => FakeComputeScript.Obedient),
        },
        _clock);

    private static ServerStart Anything() => new(new ServerSpec { Name = "test", Region = "us-east", Size = ComputeSize.Small }, null, null);

    private sealed class Endless : IBuildProcessor
    {
        public async Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }

        public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
