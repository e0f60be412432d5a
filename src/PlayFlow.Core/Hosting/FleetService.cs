using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Hosting;

/// <summary>Starts the fleet with the host, and stops its servers with it.</summary>
internal sealed class FleetService(FleetOrchestrator fleet, PlayFlowOptions options, ILogger<FleetService> logger) : IHostedService
{
    private bool _started;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await PlayFlowHost.StartAsync(fleet, options, cancellationToken).ConfigureAwait(false);
        _started = true;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_started || options.LeaveServersRunning)
        {
            return;
        }

        try
        {
            await fleet.StopServersAsync(StopReason.ShutdownSignal, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            logger.ServersLeft();
        }
    }
}
