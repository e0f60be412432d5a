namespace PlayFlow.Core.Process.Launching;

/// <summary>
/// Tells a signal from an exit code in what a shell says of a command. Both can be the same number (137 is signal 9 or
/// <c>exit 137</c>), but a shell also writes a word about most signals to its error output, and none about a code.
/// </summary>
internal static class ExitStatus
{
    private const int SignalBase = 128;
    private const int LastSignal = 64;

    /// <summary>The signal, or null when the status is an exit code.</summary>
    /// <param name="status">The shell's <c>$?</c>.</param>
    /// <param name="shellSpoke">Whether the shell wrote anything to its error output.</param>
    public static int? SignalOf(int status, bool shellSpoke)
    {
        var signal = status - SignalBase;
        if (signal is < 1 or > LastSignal)
        {
            return null;
        }

        return shellSpoke || IsSilent(signal) ? signal : null;
    }

    // No shell says a word about an interrupt or a broken pipe, and some none about a termination.
    private static bool IsSilent(int signal) => signal is 2 or 13 or 15;
}
