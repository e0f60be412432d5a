using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Hosting;

/// <summary>
/// Starts the fleet with the host, and stops its servers with it. Asks for the fleet only then: making it needs valid options,
/// and a host checks those of every part at once, after it has made its services.
/// </summary>
internal sealed class FleetService(IServiceProvider services) : IHostedService
{
    private FleetOrchestrator? _fleet;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var fleet = services.GetRequiredService<FleetOrchestrator>();
        await PlayFlowHost.StartAsync(fleet, Options, cancellationToken).ConfigureAwait(false);
        _fleet = fleet;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_fleet is null || Options.LeaveServersRunning)
        {
            return;
        }

        try
        {
            await _fleet.StopServersAsync(StopReason.ShutdownSignal, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            (services.GetService<ILogger<FleetService>>() ?? NullLogger<FleetService>.Instance).ServersLeft();
        }
    }

    private PlayFlowOptions Options => services.GetRequiredService<IOptions<PlayFlowOptions>>().Value;
}
