using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>What all launches of a provider share.</summary>
internal sealed record LaunchContext(
    IComputeObserver Observer, DockerEngine Engine, ITlsTerminator? Tls, TimeProvider Time, ILogger Logger, CancellationToken Stopped)
{
    /// <summary>The turn to look at the sockets of a container through this system.</summary>
    public SemaphoreSlim LookTurn { get; } = new(1);
}
