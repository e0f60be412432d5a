using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Tests.Compute;

public sealed class FakeComputeProviderTests
{
    private readonly CountingTimeProvider _time = new();
    private readonly RecordingComputeObserver _observer = new();

    [Test]
    public async Task LaunchAsync_ReadyAfterAWhile_ReportsOpenPortsThenAndNotBefore()
    {
        await using var provider = await StartAsync(new FakeComputeScript { ReadyAfter = TimeSpan.FromSeconds(3) });
        await provider.LaunchAsync(Launch(1), default);
        _time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.That(_observer.HasOpenPorts(Id(1)), Is.False);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.That(_observer.HasOpenPorts(Id(1)), Is.True);
    }

    [Test]
    public async Task LaunchAsync_WholeLifeInOneStepOfTheClock_ReportsInTheOrderOfTheTimes()
    {
        await using var provider = await StartAsync(new FakeComputeScript
        {
            Log = [new(TimeSpan.FromSeconds(1), "one"), new(TimeSpan.FromSeconds(3), "three", LogLevel.Error)],
            ReadyAfter = TimeSpan.FromSeconds(2),
            ExitAfter = TimeSpan.FromSeconds(4),
            Exit = ComputeExit.Signaled(11),
        });
        await provider.LaunchAsync(Launch(1), default);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.That(_observer.Reports, Is.EqualTo(new ComputeReport[]
        {
            new ComputeReport.Line(Id(1), new ComputeLogLine(LogLevel.Info, "one", 4)),
            new ComputeReport.PortsOpen(Id(1)),
            new ComputeReport.Line(Id(1), new ComputeLogLine(LogLevel.Error, "three", 6)),
            new ComputeReport.Ended(Id(1), ComputeExit.Signaled(11)),
        }));
    }

    [Test]
    public async Task StopAsync_SlowToStop_EndsAfterItsTimeOrWhenKilled()
    {
        await using var provider = await StartAsync(new FakeComputeScript
        {
            StopTakes = TimeSpan.FromSeconds(20), StopExit = ComputeExit.Exited(0),
        });
        await provider.LaunchAsync(Launch(1), default);
        await provider.LaunchAsync(Launch(2), default);
        await provider.StopAsync(Id(1), StopMode.Graceful, default);
        await provider.StopAsync(Id(2), StopMode.Graceful, default);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(provider.Running, Is.EqualTo([Id(1), Id(2)]));

        await provider.StopAsync(Id(2), StopMode.Kill, default);
        Assert.That(provider.Running, Is.EqualTo([Id(1)]));

        _time.Advance(TimeSpan.FromSeconds(10));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(provider.Running, Is.Empty);
            Assert.That(_observer.FindExit(Id(1)), Is.EqualTo(ComputeExit.Exited(0)));
            Assert.That(_observer.FindExit(Id(2)), Is.EqualTo(ComputeExit.Signaled(9)));
            Assert.That(_observer.Reports.OfType<ComputeReport.Ended>().Count(), Is.EqualTo(2), "each ends once");
        }
    }

    [Test]
    public async Task LaunchAsync_CancelledWhileItTakesItsTime_LeavesNothingBehind()
    {
        await using var provider = await StartAsync(new FakeComputeScript { LaunchTakes = TimeSpan.FromMinutes(1) });
        using var cancelled = new CancellationTokenSource();
        var launching = provider.LaunchAsync(Launch(1), cancelled.Token);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(launching.IsCompleted, Is.False);

        await cancelled.CancelAsync();
        Assert.That(async () => await launching, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await provider.ListAsync(default), Is.Empty);
    }

    [Test]
    public async Task LaunchAsync_PortOfARunningLaunch_FailsAsAnOperatingSystemWould()
    {
        await using var provider = await StartAsync(FakeComputeScript.Obedient);
        var first = LaunchSample.Create(Id(1), provider.Hosts[0], 30_000);
        var second = first with { Id = Id(2) };
        var other = LaunchSample.Create(Id(3), provider.Hosts[0], 30_000, PortProtocol.Tcp);
        await provider.LaunchAsync(first, default);
        await provider.LaunchAsync(other, default);

        Assert.That(
            () => provider.LaunchAsync(second, default),
            Throws.TypeOf<ComputeException>().With.Property(nameof(ComputeException.Reason)).EqualTo(StopReason.PortUnavailable));

        provider.End(Id(1), ComputeExit.Exited(0));
        await provider.LaunchAsync(second, default);
        Assert.That(provider.Running, Is.EqualTo([Id(3), Id(2)]));
    }

    [Test]
    public async Task LaunchAsync_UnknownHost_IsRefused()
    {
        await using var provider = await StartAsync(FakeComputeScript.Obedient);

        Assert.That(() => provider.LaunchAsync(Launch(1) with { Host = "elsewhere" }, default), Throws.TypeOf<ArgumentException>());
    }

    [Test]
    public async Task BeforeCall_ThrowsOrWaits_SoDoesTheCall()
    {
        var gate = new TaskCompletionSource();
        await using var provider = await StartAsync(new FakeComputeOptions
        {
            BeforeCall = (call, _) => call.Method switch
            {
                FakeComputeMethod.Stop => throw new InvalidOperationException("no stop today"),
                FakeComputeMethod.List => gate.Task,
                _ => Task.CompletedTask,
            },
        });
        await provider.LaunchAsync(Launch(1), default);
        var listing = provider.ListAsync(default);

        Assert.That(() => provider.StopAsync(Id(1), StopMode.Kill, default), Throws.InvalidOperationException);
        Assert.That(listing.IsCompleted, Is.False);
        gate.SetResult();
        Assert.That(await listing, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Controls_OfRunningAndEndedLaunches_SayWhetherTheyDidAnything()
    {
        await using var provider = await StartAsync(FakeComputeScript.NeverReady);
        await provider.LaunchAsync(Launch(1), default);
        await provider.RewriteConfigAsync(Id(1), """{"custom_data":1}""", default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(provider.FindRequest(Id(1))?.ConfigFile, Is.EqualTo("""{"custom_data":1}"""));
            Assert.That(provider.OpenPorts(Id(1)), Is.True);
            Assert.That(provider.OpenPorts(Id(1)), Is.False, "open already");
            Assert.That(provider.WriteLine(Id(1), "hello"), Is.True);
            Assert.That(provider.End(Id(1), ComputeExit.Lost), Is.True);
            Assert.That(provider.End(Id(1), ComputeExit.Exited(0)), Is.False, "ended already");
            Assert.That(provider.WriteLine(Id(1), "hello"), Is.False);
            Assert.That(provider.OpenPorts(Id(2)), Is.False, "unknown");
            Assert.That(_observer.FindExit(Id(1)), Is.EqualTo(ComputeExit.Lost));
        }
    }

    [Test]
    public async Task Slow_observer_gets_all_in_order_and_holds_nobody_up()
    {
        var gate = new TaskCompletionSource();
        var observer = new RecordingComputeObserver { BeforeLog = (_, _) => new ValueTask(gate.Task) };
        await using var provider = new FakeComputeProvider(new FakeComputeOptions(), _time);
        await provider.StartAsync(observer, default);
        await provider.LaunchAsync(Launch(1), default);
        provider.WriteLine(Id(1), "one");
        provider.WriteLine(Id(1), "two");
        provider.End(Id(1), ComputeExit.Exited(0));
        var flushing = provider.FlushLogsAsync(Id(1), default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(observer.Reports, Is.EqualTo([new ComputeReport.PortsOpen(Id(1))]));
            Assert.That(provider.Running, Is.Empty, "the server does not wait");
            Assert.That(flushing.IsCompleted, Is.False);
        }

        gate.SetResult();
        await flushing;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(observer.LinesOf(Id(1)).Select(line => line.Text), Is.EqualTo(["one", "two"]));
            Assert.That(observer.Reports[^1], Is.TypeOf<ComputeReport.Ended>());
        }
    }

    [Test]
    public async Task FlushLogsAsync_ObserverNeverTakesLines_EndsWhenCancelledOrDetached()
    {
        var observer = new RecordingComputeObserver
        {
            BeforeLog = (_, token) => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token)),
        };
        await using var provider = new FakeComputeProvider(new FakeComputeOptions(), _time);
        await provider.StartAsync(observer, default);
        await provider.LaunchAsync(Launch(1), default);
        provider.WriteLine(Id(1), "one");
        using var cancelled = new CancellationTokenSource();
        var first = provider.FlushLogsAsync(Id(1), cancelled.Token);
        var second = provider.FlushLogsAsync(Id(1), default);
        await cancelled.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());

        await provider.DisposeAsync();
        await second;
        Assert.That(provider.ObserverFaults, Is.Empty);
    }

    [Test]
    public async Task Observer_that_throws_is_noted_and_told_the_rest()
    {
        var observer = new RecordingComputeObserver { BeforeLog = (_, _) => throw new InvalidOperationException("full") };
        await using var provider = new FakeComputeProvider(new FakeComputeOptions(), _time);
        await provider.StartAsync(observer, default);
        await provider.LaunchAsync(Launch(1), default);
        provider.WriteLine(Id(1), "one");
        provider.End(Id(1), ComputeExit.Exited(0));

        Assert.That(observer.FindExit(Id(1)), Is.Not.Null);
        Assert.That(provider.ObserverFaults, Has.One.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task StartAsync_AfterADisposal_TellsTheNewObserverWhatHappenedMeanwhile()
    {
        var provider = await StartAsync(new FakeComputeScript
        {
            ReadyAfter = TimeSpan.FromSeconds(1),
            ExitAfter = TimeSpan.FromSeconds(3),
            Log = [new(TimeSpan.Zero, "before"), new(TimeSpan.FromSeconds(2), "meanwhile")],
        });
        await provider.LaunchAsync(Launch(1), default);
        await provider.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(_observer.Reports, Has.Count.EqualTo(1), "nothing to an observer that is gone");

        await provider.StartAsync(_observer, default);
        Assert.That(
            _observer.Reports.Select(report => report is ComputeReport.Line line ? line.Text.Text : report.GetType().Name),
            Is.EqualTo(["before", "meanwhile", nameof(ComputeReport.PortsOpen), nameof(ComputeReport.Ended)]));
    }

    [Test]
    public async Task Schedule_FurtherAwayThanATimerReaches_StillHappens()
    {
        await using var provider = await StartAsync(new FakeComputeScript { ExitAfter = TimeSpan.FromDays(365) });
        await provider.LaunchAsync(Launch(1), default);
        _time.Advance(TimeSpan.FromDays(364));
        Assert.That(provider.Running, Has.Length.EqualTo(1));

        _time.Advance(TimeSpan.FromDays(1));
        Assert.That(provider.Running, Is.Empty);
    }

    [Test]
    public async Task Schedule_BeyondTheEndOfTime_NeverHappens()
    {
        await using var provider = await StartAsync(new FakeComputeScript { ExitAfter = TimeSpan.MaxValue });
        _time.Advance(TimeSpan.FromDays(1));
        await provider.LaunchAsync(Launch(1), default);
        _time.Advance(TimeSpan.FromDays(400));

        Assert.That(provider.Running, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Hundred_thousand_servers_share_one_timer()
    {
        const int count = 100_000;
        var hosts = FakeComputeOptions.ManyHosts(10, PortRange.Create(30_000, 39_999));
        var opened = 0;
        var ended = 0;
        await using var provider = new FakeComputeProvider(
            new FakeComputeOptions { Hosts = hosts, Script = _ => new() { ExitAfter = TimeSpan.FromHours(1) } }, _time);
        await provider.StartAsync(new CountingObserver(() => opened++, () => ended++), default);
        for (var i = 0; i < count; i++)
        {
            await provider.LaunchAsync(LaunchSample.Create(Id(i), hosts[i / 10_000], 30_000 + (i % 10_000)), default);
        }

        Assert.That(opened, Is.EqualTo(count));
        _time.Advance(TimeSpan.FromHours(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended, Is.EqualTo(count));
            Assert.That(_time.Timers, Is.EqualTo(1));
            Assert.That(await provider.ListAsync(default), Has.Count.EqualTo(count).And.All.Property(nameof(ComputeStatus.Exit)).Not.Null);
        }
    }

    private static ComputeId Id(int number) => new(new InstanceId($"server-{number}"), 1);

    private static LaunchRequest Launch(int number) =>
        LaunchSample.Create(Id(number), new FakeComputeOptions().Hosts[0], 30_000 + number);

    private Task<FakeComputeProvider> StartAsync(FakeComputeScript script) => StartAsync(new FakeComputeOptions { Script = _ => script });

    private async Task<FakeComputeProvider> StartAsync(FakeComputeOptions options)
    {
        var provider = new FakeComputeProvider(options, _time);
        await provider.StartAsync(_observer, default);
        return provider;
    }

    private sealed class CountingTimeProvider : FakeTimeProvider
    {
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private sealed class CountingObserver(Action onOpen, Action onEnded) : IComputeObserver
    {
        public void ReportPortsOpen(ComputeId id) => onOpen();

        public void ReportEnded(ComputeId id, ComputeExit exit) => onEnded();

        public ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken) =>
            default;

        public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken) => new(0L);
    }
}
