using System.Globalization;
using System.Runtime.Versioning;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Linux;

/// <summary>What the watchdog writes into the launch's folder. Each file is one line, and whole once it ends in a line end.</summary>
[SupportedOSPlatform("linux")]
internal readonly struct WatchdogFiles(LaunchDirectory directory)
{
    /// <summary>The watchdog itself; null when it did not come as far as to say.</summary>
    public ProcessIdentity? ReadWatchdog() => ReadLine("watchdog") is { } line ? ProcessIdentity.Parse(line) : null;

    /// <summary>The main process, and whether it joined its control group; null when it was not started.</summary>
    public (ProcessIdentity Process, bool JoinedGroup)? ReadMain() =>
        ReadLine("main") is { Length: > 2 } line && ProcessIdentity.Parse(line[2..]) is { } main ? (main, line[0] == '1') : null;

    /// <summary>How the main process ended; null when nobody saw it.</summary>
    public ComputeExit? ReadExit()
    {
        if (!int.TryParse(ReadLine("exit"), CultureInfo.InvariantCulture, out var status))
        {
            return null;
        }

        if (File.Exists(directory.PathOf("unrunnable")))
        {
            return ComputeExit.Failed(
                StopReason.StartupFailureExecutable, "the system cannot run the executable; its error output says why");
        }

        var words = new FileInfo(directory.PathOf("watchdog.err"));
        return ExitStatus.SignalOf(status, shellSpoke: words is { Exists: true, Length: > 0 }) is { } signal
            ? ComputeExit.Signaled(signal)
            : ComputeExit.Exited(status);
    }

    private string? ReadLine(string name) =>
        SmallFile.TryRead(directory.PathOf(name)) is { } text && text.EndsWith('\n') ? text.TrimEnd() : null;
}
