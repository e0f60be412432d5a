namespace PlayFlow.Core.Telemetry;

/// <summary>
/// What a server used over a period, averaged over the steps of a fixed grid. A series has a value for each step in which
/// something was measured, the oldest first, and is empty when the provider cannot measure it.
/// </summary>
public sealed record ServerMetrics
{
    /// <summary>When the period begins, in Unix seconds.</summary>
    public required long Start { get; init; }

    /// <summary>When it ends, in Unix seconds: the present.</summary>
    public required long End { get; init; }

    /// <summary>Processor time used in percent of one processor: a server with two busy threads shows 200.</summary>
    public required IReadOnlyList<MetricValue> CpuPercent { get; init; }

    /// <summary>Memory in mebibytes.</summary>
    public required IReadOnlyList<MetricValue> MemoryMb { get; init; }

    /// <summary>Bytes received in a second.</summary>
    public required IReadOnlyList<MetricValue> ReceivedBytesPerSecond { get; init; }

    /// <summary>Bytes sent in a second.</summary>
    public required IReadOnlyList<MetricValue> SentBytesPerSecond { get; init; }

    /// <summary>The machine's load average over a minute.</summary>
    public required IReadOnlyList<MetricValue> LoadAverage { get; init; }

    /// <summary>Established TCP connections.</summary>
    public required IReadOnlyList<MetricValue> TcpConnections { get; init; }
}

/// <summary>The average over one step.</summary>
/// <param name="Time">When the step begins, in Unix seconds: a multiple of its length.</param>
/// <param name="Value">The average of what was measured in it.</param>
public readonly record struct MetricValue(long Time, double Value);
