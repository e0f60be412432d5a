using Docker.DotNet.Models;
using PlayFlow.Core.Docker.Engine;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>Removes containers.</summary>
internal static class ContainerRemoval
{
    /// <summary>Ends and removes a container with its volumes. One that is gone, or going, is harmless.</summary>
    public static async Task RunAsync(DockerEngine engine, string container, CancellationToken cancellationToken)
    {
        try
        {
            await engine.CallAsync(
                (client, token) => client.Containers.RemoveContainerAsync(
                    container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound || e.Says("is already in progress"))
        {
            // As wished.
        }
    }
}
