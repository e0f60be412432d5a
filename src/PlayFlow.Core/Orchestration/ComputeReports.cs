using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Orchestration;

/// <summary>Turns what a provider reports into commands and log lines.</summary>
internal sealed class ComputeReports(FleetLoop loop, LogPipeline logs) : IComputeObserver
{
    private readonly object _lock = new();
    private TaskCompletionSource<bool>? _ended;
    private List<ComputeId>? _early = [];

    public void ReportPortsOpen(ComputeId id)
    {
        lock (_lock)
        {
            if (_early is not null)
            {
                _early.Add(id);
                return;
            }
        }

        loop.Post(now => new FleetCommand.ReportPortsOpen(now, id));
    }

    public void ReportEnded(ComputeId id, ComputeExit exit) => loop.Post(now => new FleetCommand.ReportEnded(now, id, exit));

    public async ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken)
    {
        if (loop.View.FindServer(id.Instance) is { } server)
        {
            await logs.WriteAsync(server.Project, id, lines, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken)
    {
        await logs.FlushAsync(new LogSource(LogSourceKind.Server, id.Instance.Value), cancellationToken).ConfigureAwait(false);
        return await logs.Store.GetPositionAsync(id, level, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Passes on what a provider told while it started. Earlier, a server that was claimed just before the host went down would
    /// run before what it was claimed for is handed over to it again.
    /// </summary>
    public void PassEarlyReports()
    {
        List<ComputeId> early;
        lock (_lock)
        {
            early = _early ?? [];
            _early = null;
        }

        early.ForEach(ReportPortsOpen);
    }

    /// <summary>A server ended: whoever waits for all of them looks again.</summary>
    public void NoteEnded()
    {
        lock (_lock)
        {
            _ended?.TrySetResult(true);
            _ended = null;
        }
    }

    /// <summary>Completes when no server is left that is not stopped.</summary>
    public async Task WhenAllEndedAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken));
        while (true)
        {
            Task next;
            lock (_lock)
            {
                next = (_ended ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (loop.View.Servers.All(server => server.State is ServerState.Stopped))
            {
                return;
            }

            await (await Task.WhenAny(next, cancelled.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }
}
