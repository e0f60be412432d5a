namespace PlayFlow.Core.Servers;

/// <summary>Why a server ended: one of the service's words, or a caller's own.</summary>
/// <param name="Word">The word as logs show it.</param>
public readonly record struct StopReason(string Word)
{
    /// <summary>The process ended by itself and is not to be started again.</summary>
    public static StopReason ProcessExited { get; } = new("PROCESS_EXITED");

    /// <summary>The lifetime granted is over.</summary>
    public static StopReason TtlExpired { get; } = new("TTL_EXPIRED");

    /// <summary>The process ended after a signal the platform sent: a stop was asked for without a reason, or the platform shuts down.</summary>
    public static StopReason ShutdownSignal { get; } = new("SHUTDOWN_SIGNAL");

    /// <summary>The build has no artefact location.</summary>
    public static StopReason StartupFailureUrl { get; } = new("STARTUP_FAILURE_URL");

    /// <summary>The artefact is missing or cannot be unpacked.</summary>
    public static StopReason StartupFailureDownload { get; } = new("STARTUP_FAILURE_DOWNLOAD");

    /// <summary>The executable is not there or cannot be run.</summary>
    public static StopReason StartupFailureExecutable { get; } = new("STARTUP_FAILURE_EXECUTABLE");

    /// <summary>A port the server needs is held by another process.</summary>
    public static StopReason PortUnavailable { get; } = new("PORT_UNAVAILABLE");

    /// <summary>The ports did not open within the launch timeout.</summary>
    public static StopReason LaunchTimeout { get; } = new("LAUNCH_TIMEOUT");

    /// <inheritdoc/>
    public override string ToString() => Word;
}
