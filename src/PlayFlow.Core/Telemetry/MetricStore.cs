using System.Collections.Concurrent;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Keeps what was measured of each server, stopped ones included, for <see cref="Retention"/> and within a bound on memory:
/// beyond it the oldest go first, whosever they are. Lives as long as the process. One writer, any number of readers.
/// </summary>
/// <param name="maxBytes">The bound.</param>
/// <param name="clock">What durations are measured with.</param>
internal sealed class MetricStore(long maxBytes, TimeProvider clock)
{
    /// <summary>The longest period that can be asked for, and the longest step, since steps are kept whole.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24) + TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<InstanceId, MetricHistory> _servers = new();

    // Whose chunk is how old: the order in which they were begun.
    private readonly Queue<(InstanceId Id, MetricHistory History)> _chunks = new();

    /// <summary>How many bytes the points take.</summary>
    public long Bytes => (long)_chunks.Count * MetricChunk.Bytes;

    /// <summary>Keeps a sample.</summary>
    /// <param name="reading">The sample and the launch it is of.</param>
    /// <param name="now">When it was taken.</param>
    /// <param name="timestamp">The same moment as the clock's timestamp.</param>
    public void Add(in ComputeReading reading, DateTimeOffset now, long timestamp)
    {
        var history = _servers.GetOrAdd(reading.Id.Instance, static _ => new MetricHistory());
        if (history.Add(reading, now.ToUnixTimeSeconds(), timestamp, clock))
        {
            _chunks.Enqueue((reading.Id.Instance, history));
            while (_chunks.Count > 0 && Bytes > maxBytes)
            {
                DropOldest();
            }
        }
    }

    /// <summary>Forgets what is too old.</summary>
    public void Expire(DateTimeOffset now)
    {
        var oldest = (now - Retention).ToUnixTimeSeconds();
        while (_chunks.Count > 0 && _chunks.Peek().History.OldestEnd < oldest)
        {
            DropOldest();
        }
    }

    /// <summary>What is known of a server.</summary>
    /// <param name="id">The server.</param>
    /// <param name="now">The end of the period.</param>
    /// <param name="period">Its length.</param>
    /// <param name="step">The length of a step, in whole seconds.</param>
    public ServerMetrics Read(InstanceId id, DateTimeOffset now, TimeSpan period, TimeSpan step)
    {
        var end = now.ToUnixTimeSeconds();
        var start = end - (long)period.TotalSeconds;
        var seconds = (long)step.TotalSeconds;
        var averages = new MetricAverages(seconds);
        if (_servers.TryGetValue(id, out var history))
        {
            history.Read(MetricAverages.StepOf(start, seconds), end, averages);
        }

        return averages.ToMetrics(start, end);
    }

    private void DropOldest()
    {
        var (id, history) = _chunks.Dequeue();
        history.DropOldest();
        if (history.IsEmpty)
        {
            _servers.TryRemove(id, out _);
        }
    }
}
