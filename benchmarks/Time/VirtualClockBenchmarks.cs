using BenchmarkDotNet.Attributes;
using PlayFlow.Core.Time;

namespace PlayFlow.Benchmarks.Time;

/// <summary>Thirty days with 100,000 timers.</summary>
public class VirtualClockBenchmarks
{
    private readonly int _timers = 100_000;

    /// <summary>Makes the timers and lets the month pass.</summary>
    [Benchmark]
    public async Task<int> Month()
    {
        using var clock = new VirtualClock(DateTimeOffset.UnixEpoch);
        var fired = 0;
        for (var i = 0; i < _timers; i++)
        {
            clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(i * 7919L % (30 * 86_400)), Timeout.InfiniteTimeSpan);
        }

        await clock.AdvanceAsync(TimeSpan.FromDays(30));
        return fired == _timers ? fired : throw new InvalidOperationException("A timer was missed.");
    }
}
