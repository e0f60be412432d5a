namespace PlayFlow.Core.Telemetry;

/// <summary>The figures of a <see cref="MetricPoint"/>.</summary>
internal enum MetricKind
{
    Cpu,
    Memory,
    Received,
    Sent,
    Load,
    Connections,
}

/// <summary>
/// One sample as it is kept, in 32 bytes: what counts up has become a rate. Single precision tells more than the clock that
/// processor time is counted by.
/// </summary>
/// <param name="Time">Unix seconds.</param>
/// <param name="Cpu">Percent of one processor, or NaN.</param>
/// <param name="Memory">Mebibytes, or NaN.</param>
/// <param name="Received">Bytes in a second, or NaN.</param>
/// <param name="Sent">Bytes in a second, or NaN.</param>
/// <param name="Load">The load average, or NaN.</param>
/// <param name="Connections">TCP connections, or NaN.</param>
internal readonly record struct MetricPoint(
    long Time, float Cpu, float Memory, float Received, float Sent, float Load, float Connections)
{
    public const int Kinds = 6;

    private const float Megabyte = 1024 * 1024;

    /// <summary>The figure, or NaN.</summary>
    public float this[MetricKind kind] => kind switch
    {
        MetricKind.Cpu => Cpu,
        MetricKind.Memory => Memory,
        MetricKind.Received => Received,
        MetricKind.Sent => Sent,
        MetricKind.Load => Load,
        _ => Connections,
    };

    /// <summary>The point of a sample.</summary>
    /// <param name="time">When it was taken, in Unix seconds.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="before">The sample of the same launch before it, or null: then there are no rates.</param>
    /// <param name="elapsed">The time between the two.</param>
    public static MetricPoint Of(long time, in ComputeSample sample, in ComputeSample? before, TimeSpan elapsed) => new(
        time,
        100 * Rate(sample.CpuTime?.TotalSeconds, before?.CpuTime?.TotalSeconds, elapsed),
        sample.MemoryBytes / Megabyte ?? float.NaN,
        Rate(sample.ReceivedBytes, before?.ReceivedBytes, elapsed),
        Rate(sample.SentBytes, before?.SentBytes, elapsed),
        (float?)sample.LoadAverage ?? float.NaN,
        sample.TcpConnections ?? float.NaN);

    // A counter that fell began anew: what it counted in between is not known.
    private static float Rate(double? now, double? before, TimeSpan elapsed) =>
        now >= before && elapsed > TimeSpan.Zero ? (float)((now.Value - before.Value) / elapsed.TotalSeconds) : float.NaN;
}
