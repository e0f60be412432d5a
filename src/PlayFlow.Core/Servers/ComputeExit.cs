namespace PlayFlow.Core.Servers;

/// <summary>How a launch ended.</summary>
/// <param name="ExitCode">The process's exit code, when it had one.</param>
/// <param name="Signal">The signal that ended it, when one did.</param>
/// <param name="Failure">Set when the platform, not the game, ended it or never got it going.</param>
/// <param name="Message">One line for the server's log, or null; never holds a secret.</param>
public sealed record ComputeExit(int? ExitCode = null, int? Signal = null, StopReason? Failure = null, string? Message = null)
{
    /// <summary>The process ended by itself with this code.</summary>
    public static ComputeExit Exited(int exitCode) => new(ExitCode: exitCode);

    /// <summary>A signal ended the process.</summary>
    public static ComputeExit Signaled(int signal) => new(Signal: signal);

    /// <summary>The process is gone and nobody saw how.</summary>
    public static ComputeExit Lost { get; } = new(Message: "the process is gone and its exit code is not known");

    /// <summary>The launch failed, or the platform had to end it.</summary>
    public static ComputeExit Failed(StopReason reason, string message) => new(Failure: reason, Message: message);
}
