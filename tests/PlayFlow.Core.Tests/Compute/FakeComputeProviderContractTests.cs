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

/// <summary>The fake keeps the contract, in each of two tempers: at once, and with a while before everything.</summary>
[TestFixture(0)]
[TestFixture(25)]
public sealed class FakeComputeProviderContractTests(int delayMs) : DurableComputeProviderContract
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<ComputeId, LaunchBehaviour> _behaviours = [];
    private FakeComputeProvider? _fake;
    private int _lastPort = 30_000;

    /// <summary>What stands between the suite and the fake; by default nothing.</summary>
    internal Func<IComputeProvider, IComputeProvider> Wrap { get; init; } = provider => provider;

    protected override TimeProvider Clock => _time;

    protected override Task<IComputeProvider> CreateAsync()
    {
        var options = new FakeComputeOptions
        {
            Script = request => ScriptOf(_behaviours[request.Id]),
            Sample = (_, age) => new ComputeSample { CpuTime = age / 2, MemoryBytes = 1, ReceivedBytes = age.Ticks },
        };
        _fake = new FakeComputeProvider(options, _time);
        return Task.FromResult(Wrap(_fake));
    }

    protected override LaunchRequest Request(ComputeId id, LaunchBehaviour behaviour)
    {
        _behaviours[id] = behaviour;
        return LaunchSample.Create(id, Provider.Hosts[0], Interlocked.Increment(ref _lastPort));
    }

    protected override async Task<IComputeProvider> RestartAsync(IComputeProvider provider)
    {
        await provider.DisposeAsync();
        return provider;
    }

    protected override bool HasProcess(ComputeId id) => _fake!.Running.Contains(id);

    protected override IDisposable? HoldPort(string host, int port, PortProtocol protocol) => new Outsider(_fake!, host, port, protocol);

    protected override Task LetTimePassAsync()
    {
        _time.Advance(TimeSpan.FromMilliseconds(10));
        return Task.CompletedTask;
    }

    private FakeComputeScript ScriptOf(LaunchBehaviour behaviour)
    {
        var delay = TimeSpan.FromMilliseconds(delayMs);
        return new FakeComputeScript
        {
            LaunchFailure = behaviour.IsLaunchable
                ? null
                : new FakeLaunchFailure(StopReason.StartupFailureExecutable, "the executable is not there"),
            Log = [.. Lines(behaviour.Lines, LogLevel.Info), .. Lines(behaviour.ErrorLines, LogLevel.Error)],
            ReadyAfter = behaviour.OpensPorts ? delay : null,
            ExitAfter = behaviour.ExitCode is null ? null : delay * 2,
            Exit = ComputeExit.Exited(behaviour.ExitCode ?? 0),
            StopTakes = behaviour.HeedsTermination ? delay : null,
            KillTakes = delay,
        };

        IEnumerable<FakeLogLine> Lines(ImmutableArray<string> lines, LogLevel level) =>
            lines.Select(line => new FakeLogLine(delay, line, level));
    }

    private sealed class Outsider : IDisposable
    {
        private readonly Action _release;

        public Outsider(FakeComputeProvider provider, string host, int port, PortProtocol protocol)
        {
            provider.SetPortFree(host, port, protocol, isFree: false);
            _release = () => provider.SetPortFree(host, port, protocol, isFree: true);
        }

        public void Dispose() => _release();
    }
}
