using PlayFlow.Core.Engine;

namespace PlayFlow.Core.Orchestration;

/// <summary>How a fleet is run.</summary>
public sealed class OrchestratorOptions
{
    /// <summary>The figures and switches of the rules.</summary>
    public FleetRules Rules { get; set; } = new();

    /// <summary>The API's address as game processes reach it, for <c>PLAYFLOW_API_URL</c>; null leaves the variable out.</summary>
    public string? ApiUrl { get; set; }

    /// <summary>How many launches may be under way at once.</summary>
    public int MaxConcurrentLaunches { get; set; } = 16;

    /// <summary>
    /// How many journal entries are written before a snapshot takes their place; more on a large fleet, so that the work a
    /// snapshot costs stays in proportion. A start after a crash reads so many at most: the default, some 20 MB, in a tenth of a second.
    /// </summary>
    public int EntriesPerSnapshot { get; set; } = 100_000;

    /// <summary>How often warm pools are compared with their targets; the service does it about every five minutes.</summary>
    public TimeSpan PoolInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How much memory the servers' metrics may take, in bytes; the oldest go first. A server takes 0.2 MB for the 24 hours they
    /// are kept, running or stopped; 0 keeps none.
    /// </summary>
    public long MaxMetricBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>How long, in real time, the journal is left alone after it could not be written.</summary>
    public TimeSpan StoreRetryDelay { get; set; } = TimeSpan.FromSeconds(1);
}
