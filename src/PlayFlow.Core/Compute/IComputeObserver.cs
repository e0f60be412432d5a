using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute;

/// <summary>
/// What a provider reports to. Safe to call from any thread; reports may come twice, late, or for launches nobody knows.
/// </summary>
public interface IComputeObserver
{
    /// <summary>Every port the launch was given is open.</summary>
    void ReportPortsOpen(ComputeId id);

    /// <summary>The launch is over and no process of it is left.</summary>
    void ReportEnded(ComputeId id, ComputeExit exit);

    /// <summary>
    /// Hands over lines the launch wrote, in order. Completes when they are queued: a provider waits for it rather than
    /// buffering without bound, and never makes the game wait.
    /// </summary>
    ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken);

    /// <summary>
    /// The highest <see cref="ComputeLogLine.Position"/> kept for a stream of the launch, or 0: where reading goes on after a restart.
    /// </summary>
    ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken);
}

/// <summary>A line a game wrote.</summary>
/// <param name="Level"><see cref="LogLevel.Info"/> for its output, <see cref="LogLevel.Error"/> for its error output.</param>
/// <param name="Text">The line without its end.</param>
/// <param name="Position">Where the next line of that stream begins, in the provider's own counting; grows strictly.</param>
public readonly record struct ComputeLogLine(LogLevel Level, string Text, long Position);
