namespace PlayFlow.Core.Telemetry;

/// <summary>Points of one server, up to an hour of them: the unit in which they are kept and forgotten.</summary>
internal sealed class MetricChunk
{
    /// <summary>A quarter of an hour of samples: a server that lives no longer takes no more.</summary>
    public const int Capacity = 60;

    /// <summary>What one takes, with its own header, its array's, and its places in the queues.</summary>
    public const int Bytes = (Capacity * 32) + 96;

    private const long LongestSpan = 3600;

    private readonly MetricPoint[] _points = new MetricPoint[Capacity];
    private int _count;

    /// <summary>When the latest point was taken.</summary>
    public long Latest => _points[_count - 1].Time;

    /// <summary>The points, in order.</summary>
    public ReadOnlySpan<MetricPoint> Points => _points.AsSpan(0, _count);

    /// <summary>Adds a point; false when it is for another chunk.</summary>
    public bool TryAdd(in MetricPoint point)
    {
        if (_count == Capacity || (_count > 0 && point.Time - _points[0].Time >= LongestSpan))
        {
            return false;
        }

        _points[_count++] = point;
        return true;
    }
}
