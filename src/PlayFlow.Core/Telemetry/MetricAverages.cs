namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Averages points over the steps of a grid that begins with the Unix epoch, so that a step's value is the same whenever it is
/// asked for. Points are added in the order of their times.
/// </summary>
/// <param name="step">The length of a step in seconds.</param>
internal sealed class MetricAverages(long step)
{
    private readonly List<MetricValue>[] _series = [[], [], [], [], [], []];
    private readonly double[] _sums = new double[MetricPoint.Kinds];
    private readonly int[] _counts = new int[MetricPoint.Kinds];
    private long _time;

    /// <summary>When the step of a moment begins.</summary>
    public static long StepOf(long time, long step) => time - (((time % step) + step) % step);

    /// <summary>Adds a point.</summary>
    public void Add(in MetricPoint point)
    {
        var time = StepOf(point.Time, step);
        if (time != _time)
        {
            EndStep();
            _time = time;
        }

        for (var kind = 0; kind < MetricPoint.Kinds; kind++)
        {
            var value = point[(MetricKind)kind];
            if (!float.IsNaN(value))
            {
                _sums[kind] += value;
                _counts[kind]++;
            }
        }
    }

    /// <summary>The averages of all points added.</summary>
    /// <param name="start">When the period begins, in Unix seconds.</param>
    /// <param name="end">When it ends.</param>
    public ServerMetrics ToMetrics(long start, long end)
    {
        EndStep();
        return new ServerMetrics
        {
            Start = start,
            End = end,
            CpuPercent = _series[(int)MetricKind.Cpu],
            MemoryMb = _series[(int)MetricKind.Memory],
            ReceivedBytesPerSecond = _series[(int)MetricKind.Received],
            SentBytesPerSecond = _series[(int)MetricKind.Sent],
            LoadAverage = _series[(int)MetricKind.Load],
            TcpConnections = _series[(int)MetricKind.Connections],
        };
    }

    private void EndStep()
    {
        for (var kind = 0; kind < MetricPoint.Kinds; kind++)
        {
            if (_counts[kind] > 0)
            {
                _series[kind].Add(new MetricValue(_time, _sums[kind] / _counts[kind]));
                (_sums[kind], _counts[kind]) = (0, 0);
            }
        }
    }
}
