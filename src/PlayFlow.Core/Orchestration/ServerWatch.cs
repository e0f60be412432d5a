using System.Collections.Concurrent;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>Lets callers wait for what a server becomes, without asking again and again.</summary>
internal sealed class ServerWatch(FleetView view)
{
    private readonly ConcurrentDictionary<InstanceId, TaskCompletionSource<bool>> _changes = new();

    /// <summary>A server changed, and the view shows it: whoever waits for it looks again.</summary>
    public void Note(InstanceId id)
    {
        if (_changes.TryRemove(id, out var change))
        {
            change.TrySetResult(true);
        }
    }

    /// <summary>Completes when the server has the status, or has stopped; with null when it stopped so long ago that it is archived.</summary>
    public async Task<GameServer?> WaitAsync(InstanceId id, ServerStatus status, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken));
        try
        {
            while (true)
            {
                // Asked for before the look: a change between the two is not missed.
                var change = _changes.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
                var server = view.FindServer(id);
                if (server is null || server.Status == status || server.Status is ServerStatus.Stopped)
                {
                    return server;
                }

                await (await Task.WhenAny(change.Task, cancelled.Task).ConfigureAwait(false)).ConfigureAwait(false);
            }
        }
        finally
        {
            // Others who wait ask for the next change themselves.
            Note(id);
        }
    }
}
