namespace PlayFlow.Core.Telemetry;

/// <summary>The level of a log entry as the service reports it.</summary>
public enum LogLevel
{
    /// <summary>A game's standard output, and what the platform says.</summary>
    Info,

    /// <summary>A game's standard error.</summary>
    Error,
}
