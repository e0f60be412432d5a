namespace PlayFlow.Core.Telemetry;

/// <summary>Whose lines are on their way to the store, counted in batches. Safe to use from any thread.</summary>
internal sealed class QueuedSources
{
    private readonly object _lock = new();
    private readonly Dictionary<LogSource, int> _batches = [];

    public void Add(LogSource source)
    {
        lock (_lock)
        {
            _batches.TryGetValue(source, out var count);
            _batches[source] = count + 1;
        }
    }

    public void Remove(LogSource source)
    {
        lock (_lock)
        {
            if (_batches[source] == 1)
            {
                _batches.Remove(source);
            }
            else
            {
                _batches[source]--;
            }
        }
    }

    public bool Holds(LogSource source)
    {
        lock (_lock)
        {
            return _batches.ContainsKey(source);
        }
    }
}
