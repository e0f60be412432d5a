using NUnit.Framework;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Tests.Orchestration;

public sealed class MetricSamplerTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly VirtualClock _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private int _passes;

    [Test]
    public async Task Running_server_is_sampled_every_15_seconds()
    {
        await using var host = await StartAsync();
        var server = await host.StartServerAsync();
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(10));

        var metrics = host.Fleet.ReadMetrics(await host.NowAsync(server), Hour, Quarter);
        var start = server.CreatedAt.ToUnixTimeSeconds();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.MemoryMb.Select(value => value.Time), Is.EqualTo(Enumerable.Range(0, 40).Select(i => start + (15 * i))));
            Assert.That(metrics.CpuPercent, Has.Count.EqualTo(39).And.All.Property("Value").EqualTo(50).Within(1e-4));
            Assert.That(metrics.ReceivedBytesPerSecond, Has.Count.EqualTo(39).And.All.Property("Value").EqualTo(8).Within(1e-4));
            Assert.That(metrics.SentBytesPerSecond, Is.Empty);
            Assert.That(metrics.LoadAverage, Is.Empty);
            Assert.That(metrics.TcpConnections, Has.Count.EqualTo(40).And.All.Property("Value").EqualTo(2));
            Assert.That(metrics.End, Is.EqualTo(start + 600));
            Assert.That(metrics.Start, Is.EqualTo(metrics.End - 3600));
        }
    }

    [Test]
    public async Task Without_servers_nothing_is_asked()
    {
        await using var host = await StartAsync();
        await _clock.AdvanceAsync(Hour);
        Assert.That(_passes, Is.Zero);

        var server = await host.StartServerAsync();
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        var passes = _passes;
        await _clock.AdvanceAsync(Hour);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(passes, Is.EqualTo(5), "four, and the one that finds nothing left");
            Assert.That(_passes, Is.EqualTo(passes));
            Assert.That(host.Fleet.ReadMetrics(await host.NowAsync(server), TimeSpan.FromHours(6), Quarter).MemoryMb, Has.Count.EqualTo(4));
        }
    }

    [Test]
    public async Task Provider_that_measures_nothing_is_never_asked()
    {
        await using var host = await StartAsync(sample: null);
        var server = await host.StartServerAsync();
        await _clock.AdvanceAsync(Hour);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_passes, Is.Zero);
            Assert.That(host.Fleet.ReadMetrics(await host.NowAsync(server), Hour, Quarter).CpuPercent, Is.Empty);
        }
    }

    [Test]
    public async Task Counters_begin_anew_with_each_launch()
    {
        await using var host = await StartAsync();
        var server = await host.StartServerAsync();
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        await host.Fleet.RestartServerAsync(Host.Project, server.Id, new RestartChanges());
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));

        var metrics = host.Fleet.ReadMetrics(await host.NowAsync(server), Hour, Quarter);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.MemoryMb, Has.Count.EqualTo(8));
            Assert.That(metrics.CpuPercent, Has.Count.EqualTo(6).And.All.Property("Value").EqualTo(50).Within(1e-4));
        }
    }

    [Test]
    public async Task Provider_that_fails_is_asked_again()
    {
        var fails = false;
        await using var host = await StartAsync(before: () => fails ? throw new InvalidOperationException("no") : Task.CompletedTask);
        var server = await host.StartServerAsync();
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        fails = true;
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        fails = false;
        await _clock.AdvanceAsync(TimeSpan.FromMinutes(1));

        var metrics = host.Fleet.ReadMetrics(await host.NowAsync(server), Hour, Quarter);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.MemoryMb, Has.Count.EqualTo(8));
            Assert.That(metrics.CpuPercent, Has.Count.EqualTo(7).And.All.Property("Value").EqualTo(50).Within(1e-4));
        }
    }

    [Test]
    public async Task Provider_that_hangs_holds_up_no_command_and_is_not_asked_again_meanwhile()
    {
        var answer = new TaskCompletionSource();
        await using var host = await StartAsync(before: () => answer.Task);
        await host.StartServerAsync();
        var passing = _clock.AdvanceAsync(TimeSpan.FromMinutes(10));
        while (Volatile.Read(ref _passes) == 0)
        {
            await Task.Yield();
        }

        var second = await host.Fleet.StartServerAsync(Host.Project, new ServerStart(Spec, null, null));
        var passesMeanwhile = _passes;
        answer.SetResult();
        await passing;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Problem, Is.Null);
            Assert.That(passesMeanwhile, Is.EqualTo(1));
            Assert.That(_passes, Is.EqualTo(40));
        }
    }

    [Test]
    public async Task Servers_taken_up_again_are_sampled()
    {
        var store = new KeptStore();
        var compute = Provider(Sample, null);
        GameServer server;
        await using (var host = await Host.StartAsync(clock: _clock, compute: compute, store: store))
        {
            await host.AddBuildAsync();
            server = await host.StartServerAsync();
        }

        await using var again = await Host.StartAsync(clock: new VirtualClock(_clock.GetUtcNow()), compute: compute, store: store);
        await again.Clock.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(again.Fleet.ReadMetrics(await again.NowAsync(server), Hour, Quarter).MemoryMb, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task ReadMetrics_PeriodOrStepThatIsNone_Throws()
    {
        await using var host = await StartAsync();
        var server = await host.StartServerAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => host.Fleet.ReadMetrics(server, TimeSpan.Zero, Quarter), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => host.Fleet.ReadMetrics(server, Hour, TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => host.Fleet.ReadMetrics(server, Hour, TimeSpan.FromMilliseconds(1500)), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    private static ServerSpec Spec => new() { Name = "test", Region = "us-east", Size = Catalog.ComputeSize.Small };

    private static ComputeSample Sample(LaunchRequest request, TimeSpan age) => new()
    {
        CpuTime = age / 2,
        MemoryBytes = 1024 * 1024,
        ReceivedBytes = (long)(age.TotalSeconds * 8),
        TcpConnections = 2,
    };

    private Task<Host> StartAsync(Func<Task>? before = null) => StartAsync(Sample, before);

    private async Task<Host> StartAsync(Func<LaunchRequest, TimeSpan, ComputeSample>? sample, Func<Task>? before = null)
    {
        var host = await Host.StartAsync(clock: _clock, compute: Provider(sample, before));
        await host.AddBuildAsync();
        return host;
    }

    private FakeComputeProvider Provider(Func<LaunchRequest, TimeSpan, ComputeSample>? sample, Func<Task>? before) => new(
        new FakeComputeOptions
        {
            Hosts = [new ComputeHost("local", "127.0.0.1", PortRange.Create(30000, 30019))],
            Sample = sample,
            BeforeCall = (call, _) =>
            {
                if (call.Method is not FakeComputeMethod.Sample)
                {
                    return Task.CompletedTask;
                }

                Interlocked.Increment(ref _passes);
                return before?.Invoke() ?? Task.CompletedTask;
            },
        },
        _clock);
}
