namespace PlayFlow.Emulator;

/// <summary>What the emulator tells the host's log.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Error, "{Method} {Path} ended in a fault.")]
    public static partial void RequestFaulted(this ILogger logger, string method, string path, Exception fault);

    [LoggerMessage(4001, LogLevel.Warning, "Not every server ended within the grace; the rest is left to the next start.")]
    public static partial void ServersLeft(this ILogger logger);

    [LoggerMessage(4002, LogLevel.Warning, "'{Path}' could not be removed.")]
    public static partial void NotRemoved(this ILogger logger, string path, Exception fault);

    [LoggerMessage(4003, LogLevel.Debug, "A connection to port {Port} could not agree on TLS: {Reason}")]
    public static partial void HandshakeFailed(this ILogger logger, int port, string reason);
}
