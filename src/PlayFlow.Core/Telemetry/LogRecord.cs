using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>A kept log line.</summary>
public sealed record LogRecord
{
    /// <summary>Its place among all lines of the fleet: grows strictly, starts at 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it was taken in; never earlier than the line before it.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The project it belongs to.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>Whether a server or a build wrote it.</summary>
    public required LogSource Source { get; init; }

    /// <summary>The level.</summary>
    public required LogLevel Level { get; init; }

    /// <summary>The line, without its end.</summary>
    public required string Text { get; init; }

    /// <summary>The launch that wrote it, when a game did.</summary>
    public ComputeId? Compute { get; init; }

    /// <summary>Where the next line of that launch's stream begins; 0 for lines of the platform.</summary>
    public long Position { get; init; }
}

/// <summary>What a log belongs to.</summary>
/// <param name="Kind">A server or a build.</param>
/// <param name="Id">Its id.</param>
public readonly record struct LogSource(LogSourceKind Kind, string Id);

/// <summary>The kinds of things that have a log.</summary>
public enum LogSourceKind
{
    /// <summary>A game server.</summary>
    Server,

    /// <summary>A build.</summary>
    Build,
}
