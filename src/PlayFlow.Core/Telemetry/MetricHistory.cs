using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>What was measured of one server, over all its launches. One writer, any number of readers.</summary>
internal sealed class MetricHistory
{
    private readonly object _lock = new();
    private readonly Queue<MetricChunk> _chunks = new();
    private MetricChunk? _newest;
    private (ComputeId Launch, ComputeSample Sample, long Timestamp)? _last;

    /// <summary>True when nothing is kept.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _chunks.Count == 0;
            }
        }
    }

    /// <summary>When the latest point of the oldest chunk was taken; there has to be one.</summary>
    public long OldestEnd
    {
        get
        {
            lock (_lock)
            {
                return _chunks.Peek().Latest;
            }
        }
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="reading">The sample and the launch it is of.</param>
    /// <param name="time">When it was taken, in Unix seconds.</param>
    /// <param name="timestamp">The same moment on a clock that is never set back.</param>
    /// <param name="clock">That clock.</param>
    /// <returns>Whether it took a new chunk.</returns>
    public bool Add(in ComputeReading reading, long time, long timestamp, TimeProvider clock)
    {
        var isSameLaunch = _last is { } last && last.Launch == reading.Id;
        var before = isSameLaunch ? _last!.Value.Sample : (ComputeSample?)null;
        var elapsed = isSameLaunch ? clock.GetElapsedTime(_last!.Value.Timestamp, timestamp) : TimeSpan.Zero;
        _last = (reading.Id, reading.Sample, timestamp);

        // A clock that was set back must not turn the order round.
        var point = MetricPoint.Of(Math.Max(time, _newest?.Latest ?? time), reading.Sample, before, elapsed);
        lock (_lock)
        {
            if (_newest?.TryAdd(point) == true)
            {
                return false;
            }

            _newest = new MetricChunk();
            _newest.TryAdd(point);
            _chunks.Enqueue(_newest);
            return true;
        }
    }

    /// <summary>Forgets the oldest chunk.</summary>
    public void DropOldest()
    {
        lock (_lock)
        {
            if (_chunks.Dequeue() == _newest)
            {
                _newest = null;
            }
        }
    }

    /// <summary>Reads the points of a span of time, both ends included.</summary>
    public void Read(long from, long until, MetricAverages averages)
    {
        lock (_lock)
        {
            foreach (var chunk in _chunks)
            {
                if (chunk.Latest < from)
                {
                    continue;
                }

                foreach (ref readonly var point in chunk.Points)
                {
                    if (point.Time >= from && point.Time <= until)
                    {
                        averages.Add(point);
                    }
                }
            }
        }
    }
}
