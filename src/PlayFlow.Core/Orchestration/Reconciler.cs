using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Compares the fleet with what the provider lists, and repairs both ways: takes up what still runs, ends what nobody owns,
/// hears what ended while nobody listened, and orders again what was written down but never carried out.
/// </summary>
internal sealed class Reconciler(FleetLoop loop, EffectRunner effects, IComputeProvider compute, ILogger logger)
{
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        // What is being carried out at this moment is neither missing nor stray.
        await effects.WhenIdleAsync().ConfigureAwait(false);
        var listed = (await compute.ListAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(status => status.Id);
        var live = loop.Inspect(fleet => fleet.Servers.Where(server => server.State is not ServerState.Stopped).ToList());
        foreach (var server in live)
        {
            if (listed.Remove(server.Compute, out var status))
            {
                TakeUp(server, status);
            }
            else
            {
                loop.Post(now => new FleetCommand.ReportUnknown(now, server.Compute));
            }
        }

        foreach (var stray in listed.Values)
        {
            End(stray);
        }

        foreach (var build in loop.Inspect(fleet => fleet.Builds.Where(build => build.State is BuildState.Processing).ToList()))
        {
            effects.Run(new FleetEffect.ProcessBuild(build));
        }

        // We went down between noting that a build is done with and removing it.
        foreach (var build in loop.Inspect(fleet => fleet.UnusedBuilds.ToList()))
        {
            effects.Run(new FleetEffect.DeleteArtefact(build));
        }

        await loop.DrainAsync().ConfigureAwait(false);
    }

    private void TakeUp(GameServer server, ComputeStatus status)
    {
        if (status.Exit is { } exit)
        {
            loop.Post(now => new FleetCommand.ReportEnded(now, status.Id, exit));
            return;
        }

        if (server is { State: ServerState.Launching, PoolClaimedAt: not null } && loop.View.FindProject(server.Project) is { } project)
        {
            effects.Run(new FleetEffect.HandOver(server, project));
        }
        else if (status.PortsOpen)
        {
            loop.Post(now => new FleetCommand.ReportPortsOpen(now, status.Id));
        }

        if (server.State is ServerState.Stopping or ServerState.Restarting)
        {
            effects.Run(new FleetEffect.StopCompute(status.Id, StopMode.Graceful));
        }
    }

    private void End(ComputeStatus stray)
    {
        if (stray.Exit is null)
        {
            logger.StrayEnded(stray.Id);
            effects.Run(new FleetEffect.StopCompute(stray.Id, StopMode.Kill));
        }
        else
        {
            effects.Run(new FleetEffect.ForgetCompute(stray.Id));
        }
    }
}
