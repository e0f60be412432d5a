using Docker.DotNet.Models;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>Tells how a container ended from what the engine remembers of it.</summary>
/// <remarks>
/// The engine tells a signal from an exit code no more than a shell does: 137 is signal 9 or <c>exit 137</c>. Numbers that a
/// signal can make are taken for it.
/// </remarks>
internal static class ContainerEnd
{
    private const int SignalBase = 128;
    private const int LastSignal = 31;
    private const int Kill = 9;

    /// <summary>The container is not there any more.</summary>
    public static ComputeExit Gone { get; } = new(Message: "the container is gone and its exit code is not known");

    /// <summary>How it ended; null while it runs.</summary>
    public static ComputeExit? Find(State state)
    {
        if (state.Running || state.Restarting || state.Paused)
        {
            return null;
        }

        if (state.Error is { Length: > 0 } error)
        {
            return ComputeExit.Failed(StopReason.StartupFailureExecutable, $"the Docker engine could not start it: {error.ReplaceLineEndings(" ")}");
        }

        var code = (int)state.ExitCode;
        var signal = code is > SignalBase and <= SignalBase + LastSignal ? code - SignalBase : (int?)null;
        var exit = signal is { } number ? ComputeExit.Signaled(number) : ComputeExit.Exited(code);
        return signal == Kill && state.OOMKilled
            ? exit with { Message = "ended by the system: it used more memory than its compute size has" }
            : exit;
    }
}
