using Microsoft.Extensions.Logging;

namespace PlayFlow.Core.Process.Readiness;

/// <summary>
/// Looks at everything that is about to become ready, from one thread, which sleeps while there is nothing. Each subject is
/// looked at after 1 ms, before which no shell has started a game, then half as long again each time, up to 4 ms; after 30 seconds,
/// every 15 ms.
/// </summary>
internal sealed class ReadinessLoop : IDisposable
{
    private const double Growth = 1.5;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestLater = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<Entry> _added = [];
    private readonly AutoResetEvent _work = new(false);
    private readonly Action<TimeSpan> _pause;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Thread? _thread;
    private volatile bool _disposed;

    public ReadinessLoop(Action<TimeSpan> pause, TimeProvider time, ILogger logger)
    {
        _pause = pause;
        _time = time;
        _logger = logger;
    }

    /// <summary>Looks at a subject until it needs no more.</summary>
    public void Add(IReadinessSubject subject)
    {
        lock (_lock)
        {
            _added.Add(new Entry(subject, _time.GetTimestamp()));
            if (_thread is null)
            {
                _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "PlayFlow readiness" };
                _thread.Start();
            }
        }

        _work.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _work.Set();
        _thread?.Join();
        _work.Dispose();
    }

    private void Run()
    {
        var entries = new List<Entry>();
        while (!_disposed)
        {
            lock (_lock)
            {
                entries.AddRange(_added);
                _added.Clear();
            }

            if (entries.Count == 0)
            {
                _work.WaitOne();
                continue;
            }

            var wait = Longest;
            for (var i = entries.Count - 1; i >= 0; i--)
            {
                if (Look(entries[i]) is { } next)
                {
                    wait = next < wait ? next : wait;
                }
                else
                {
                    entries.RemoveAt(i);
                }
            }

            if (entries.Count > 0 && wait > TimeSpan.Zero)
            {
                _pause(wait);
            }
        }
    }

    // How long until the entry wants to be looked at again; null when it does not.
    private TimeSpan? Look(Entry entry)
    {
        var now = _time.GetTimestamp();
        var early = entry.Interval - _time.GetElapsedTime(entry.LookedAt, now);
        if (early > TimeSpan.Zero)
        {
            return early;
        }

        try
        {
            if (!entry.Subject.Look())
            {
                return null;
            }
        }
        catch (Exception e)
        {
            // One launch's trouble must not blind the others; it is looked at again.
            Log.LookFailed(_logger, e);
        }

        var longest = _time.GetElapsedTime(entry.Started, now) > Later ? LongestLater : Longest;
        entry.LookedAt = now;
        entry.Interval = entry.Interval * Growth < longest ? entry.Interval * Growth : longest;
        return entry.Interval;
    }

    private sealed class Entry(IReadinessSubject subject, long started)
    {
        public IReadinessSubject Subject { get; } = subject;

        public long Started { get; } = started;

        public long LookedAt { get; set; } = started;

        public TimeSpan Interval { get; set; } = First;
    }
}
