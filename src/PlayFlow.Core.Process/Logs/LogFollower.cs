using System.Collections.Concurrent;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Logs;

/// <summary>
/// Follows the output of every launch from one loop: what writes is looked at every 20 ms, what is silent less and less often,
/// down to five times a second. A game is never made to wait; a slow observer makes this loop wait.
/// </summary>
internal sealed class LogFollower : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<ComputeId, FollowedLog> _logs = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly TimeProvider _time;
    private readonly long _started;
    private Task _loop = Task.CompletedTask;
    private bool _isRunning;

    public LogFollower(TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
    }

    /// <summary>Begins to follow a launch's output; once disposed, nothing is read any more.</summary>
    public void Add(ComputeId id, FollowedLog log)
    {
        lock (_lock)
        {
            _logs[id] = log;
            if (!_isRunning && !_stopped.IsCancellationRequested)
            {
                _isRunning = true;
                _loop = RunAsync();
            }
        }
    }

    /// <summary>Stops following, after whatever is being reported at the moment.</summary>
    public void Remove(ComputeId id) => _logs.TryRemove(id, out _);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        Task loop;
        lock (_lock)
        {
            loop = _loop;
        }

        await loop.ConfigureAwait(false);
        _stopped.Dispose();
    }

    // Runs while there is anything to follow; first it waits, for whoever adds to go on.
    private async Task RunAsync()
    {
        try
        {
            var wait = Shortest;
            do
            {
                await Task.Delay(wait > Shortest ? wait : Shortest, _time, _stopped.Token).ConfigureAwait(false);
                wait = Longest;
                foreach (var (_, log) in _logs)
                {
                    var until = await LookAsync(log).ConfigureAwait(false);
                    wait = until < wait ? until : wait;
                }
            }
            while (!EndIfIdle());
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private bool EndIfIdle()
    {
        lock (_lock)
        {
            _isRunning = !_logs.IsEmpty;
            return !_isRunning;
        }
    }

    // How long until the log wants to be looked at again.
    private async ValueTask<TimeSpan> LookAsync(FollowedLog log)
    {
        var now = _time.GetElapsedTime(_started);
        if (now < log.DueAt)
        {
            return log.DueAt - now;
        }

        var wrote = log.HasNews() && await log.ReportAsync(isLast: false, _stopped.Token).ConfigureAwait(false);
        log.Interval = wrote || log.Interval < Shortest ? Shortest : log.Interval * 1.5;
        log.DueAt = now + log.Interval;
        if (log.Interval >= Longest)
        {
            // All silent ones at the same moments: waking up costs more than looking.
            log.Interval = Longest;
            log.DueAt = TimeSpan.FromTicks(((now.Ticks / Longest.Ticks) + 1) * Longest.Ticks);
        }

        return log.DueAt - now;
    }
}
