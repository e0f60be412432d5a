using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Ends every launch while the journal cannot be written: a host that shuts down leaves no process behind, and its next start
/// finds out from the provider what ended.
/// </summary>
internal sealed class UnwrittenStop(IComputeProvider compute, TimeSpan grace, ILogger logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public async Task StopAllAsync(CancellationToken cancellationToken)
    {
        // A host shuts down in real time, whatever clock its fleet lives by.
        var time = TimeProvider.System;
        var running = await RunningAsync(cancellationToken).ConfigureAwait(false);
        logger.EndingUnwritten(running.Count);
        await AskAsync(running, StopMode.Graceful, cancellationToken).ConfigureAwait(false);
        var asked = time.GetTimestamp();
        var killed = false;
        while ((running = await RunningAsync(cancellationToken).ConfigureAwait(false)).Count > 0)
        {
            if (!killed && time.GetElapsedTime(asked) >= grace)
            {
                await AskAsync(running, StopMode.Kill, cancellationToken).ConfigureAwait(false);
                killed = true;
            }

            await time.Delay(Look, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<ComputeId>> RunningAsync(CancellationToken cancellationToken) =>
        [.. (await compute.ListAsync(cancellationToken).ConfigureAwait(false)).Where(launch => launch.Exit is null).Select(launch => launch.Id)];

    private async Task AskAsync(List<ComputeId> launches, StopMode mode, CancellationToken cancellationToken)
    {
        foreach (var id in launches)
        {
            await compute.StopAsync(id, mode, cancellationToken).ConfigureAwait(false);
        }
    }
}
