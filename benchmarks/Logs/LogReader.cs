using System.Diagnostics;
using HdrHistogram;
using PlayFlow.Core.Servers;

namespace PlayFlow.Benchmarks.Logs;

/// <summary>Reads a page of one server's log again and again, a hundred times a second, and notes how long each took.</summary>
internal sealed class LogReader : IAsyncDisposable
{
    private const int PageLines = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly long LongestLatency = (long)TimeSpan.FromMinutes(1).TotalMicroseconds;

    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _reading;

    public LogReader(LoggedFleet fleet, GameServer server) => _reading = Task.Run(() => ReadAsync(fleet, server));

    /// <summary>In microseconds; to be looked at once it has stopped.</summary>
    public LongHistogram Latencies { get; } = new(LongestLatency, 3);

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _reading;
        _stopped.Dispose();
    }

    private async Task ReadAsync(LoggedFleet fleet, GameServer server)
    {
        while (!_stopped.IsCancellationRequested)
        {
            var from = Stopwatch.GetTimestamp();
            await fleet.ReadAsync(server, PageLines);
            Latencies.RecordValue((long)Stopwatch.GetElapsedTime(from).TotalMicroseconds);
            await Task.Delay(Pause, TimeProvider.System, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
