using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>
/// What a provider read off a launch at one moment. What it cannot measure, or not as a whole, is null: nothing is estimated.
/// </summary>
/// <remarks>The counters of one launch never fall, as far as the system lets them; another launch counts anew.</remarks>
public readonly record struct ComputeSample
{
    /// <summary>The processor time all its processes have used since it was launched.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>The memory all its processes hold, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The bytes it has received over the network since it was launched.</summary>
    public long? ReceivedBytes { get; init; }

    /// <summary>The bytes it has sent over the network since it was launched.</summary>
    public long? SentBytes { get; init; }

    /// <summary>The average load of its machine over the last minute.</summary>
    public double? LoadAverage { get; init; }

    /// <summary>How many TCP connections it has established.</summary>
    public int? TcpConnections { get; init; }
}

/// <summary>A sample and whose it is.</summary>
/// <param name="Id">The launch.</param>
/// <param name="Sample">What was read.</param>
public readonly record struct ComputeReading(ComputeId Id, ComputeSample Sample);
