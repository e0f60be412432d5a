namespace PlayFlow.Core.Telemetry;

/// <summary>Who waits for new lines of which log.</summary>
internal sealed class LogFollowers
{
    private readonly object _lock = new();
    private readonly Dictionary<LogSource, List<LogTail>> _tails = [];
    private volatile int _count;

    public int Count => _count;

    public void Add(LogTail tail)
    {
        lock (_lock)
        {
            if (!_tails.TryGetValue(tail.Source, out var tails))
            {
                _tails.Add(tail.Source, tails = []);
            }

            tails.Add(tail);
            _count++;
        }
    }

    public void Remove(LogTail tail)
    {
        lock (_lock)
        {
            if (!_tails.TryGetValue(tail.Source, out var tails) || !tails.Remove(tail))
            {
                return;
            }

            _count--;
            if (tails.Count == 0)
            {
                _tails.Remove(tail.Source);
            }
        }
    }

    /// <summary>Wakes those who wait for any of these lines, which can be read by now.</summary>
    public void Wake(IReadOnlyList<LogRecord> kept)
    {
        if (_count == 0)
        {
            return;
        }

        lock (_lock)
        {
            LogSource last = default;
            foreach (var record in kept)
            {
                if (record.Source != last && _tails.TryGetValue(record.Source, out var tails))
                {
                    tails.ForEach(static tail => tail.Wake());
                }

                last = record.Source;
            }
        }
    }
}
