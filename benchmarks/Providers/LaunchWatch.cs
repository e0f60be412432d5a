using System.Collections.Concurrent;
using System.Diagnostics;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Benchmarks.Providers;

/// <summary>Hears what a provider reports: when ports opened, and that launches ended. Keeps no lines.</summary>
internal sealed class LaunchWatch : IComputeObserver
{
    private readonly ConcurrentDictionary<ComputeId, TaskCompletionSource<long>> _opened = new();
    private readonly ConcurrentDictionary<ComputeId, TaskCompletionSource> _ended = new();

    /// <summary>Completes with the moment a launch's ports were reported open, as <see cref="Stopwatch.GetTimestamp"/> counts.</summary>
    public Task<long> OpenedAsync(ComputeId id) => Opened(id).Task;

    /// <summary>Completes when a launch is over.</summary>
    public Task EndedAsync(ComputeId id) => Ended(id).Task;

    public void ReportPortsOpen(ComputeId id)
    {
        var now = Stopwatch.GetTimestamp();
        Opened(id).TrySetResult(now);
    }

    public void ReportEnded(ComputeId id, ComputeExit exit)
    {
        Opened(id).TrySetException(new InvalidOperationException($"{id} ended: {exit}"));
        Ended(id).TrySetResult();
    }

    public ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken) => default;

    public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken) => new(0L);

    private TaskCompletionSource<long> Opened(ComputeId id) =>
        _opened.GetOrAdd(id, static _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    private TaskCompletionSource Ended(ComputeId id) =>
        _ended.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
