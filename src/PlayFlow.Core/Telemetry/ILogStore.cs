using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Where log lines are kept: the last <see cref="LogRetention.MaxLines"/> lines and <see cref="LogRetention.MaxBytes"/> bytes of
/// each source. One writer, any number of readers at once. Kept through a crash of the process; a crash of the machine may
/// take the last moments.
/// </summary>
public interface ILogStore : IAsyncDisposable
{
    /// <summary>Prepares the store and says where it left off. Called once, before any other method.</summary>
    ValueTask<LogStoreState> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Keeps lines, all or none. Sequences grow strictly from call to call.</summary>
    ValueTask AppendAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellationToken);

    /// <summary>Reads lines in order of <see cref="LogRecord.Sequence"/>, the oldest first.</summary>
    ValueTask<IReadOnlyList<LogRecord>> ReadAsync(LogQuery query, CancellationToken cancellationToken);

    /// <summary>How many lines are kept for a source.</summary>
    ValueTask<long> CountAsync(LogSource source, CancellationToken cancellationToken);

    /// <summary>The highest <see cref="LogRecord.Position"/> ever kept for a stream of a launch, or 0.</summary>
    ValueTask<long> GetPositionAsync(ComputeId compute, LogLevel level, CancellationToken cancellationToken);
}

/// <summary>What <see cref="ILogStore.OpenAsync"/> found.</summary>
/// <param name="LastSequence">The highest sequence kept, or 0.</param>
/// <param name="LastTimestamp">The latest timestamp kept, or null.</param>
public sealed record LogStoreState(long LastSequence, DateTimeOffset? LastTimestamp);

/// <summary>Which lines to read. Conditions add up.</summary>
public sealed record LogQuery
{
    /// <summary>One source only; when null, all servers of <see cref="Project"/>.</summary>
    public LogSource? Source { get; init; }

    /// <summary>The project whose servers' lines to read when <see cref="Source"/> is null.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>Only lines with a higher sequence.</summary>
    public long AfterSequence { get; init; }

    /// <summary>Only lines strictly later.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Only lines not later.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many of the matching lines to skip.</summary>
    public int Offset { get; init; }

    /// <summary>How many lines at most, at least 1.</summary>
    public required int Limit { get; init; }
}

/// <summary>How much of each source's log is kept; the oldest lines go first.</summary>
public sealed record LogRetention
{
    /// <summary>Lines a source, at least 1. The default is the contract's.</summary>
    public int MaxLines { get; init; } = 10_000;

    /// <summary>Bytes of text a source, in UTF-16 units times two, at least 1.</summary>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;
}
