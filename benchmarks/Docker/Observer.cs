using System.Collections.Concurrent;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Benchmarks.Docker;

/// <summary>Waits for what a provider reports.</summary>
internal sealed class Observer : IComputeObserver
{
    private readonly ConcurrentDictionary<ComputeId, TaskCompletionSource> _open = new();
    private readonly ConcurrentDictionary<ComputeId, TaskCompletionSource> _ended = new();

    public Task OpenAsync(ComputeId id) => Of(_open, id).Task;

    public Task EndAsync(ComputeId id) => Of(_ended, id).Task;

    public void ReportPortsOpen(ComputeId id) => Of(_open, id).TrySetResult();

    public void ReportEnded(ComputeId id, ComputeExit exit) => Of(_ended, id).TrySetResult();

    private static TaskCompletionSource Of(ConcurrentDictionary<ComputeId, TaskCompletionSource> all, ComputeId id) =>
        all.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken) => default;

    public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken) => new(0L);
}
