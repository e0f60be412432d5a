using PlayFlow.Core.Builds;
using System.Collections.Immutable;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute;

/// <summary>
/// Where servers run. Implementations are safe to call from any thread; calls for one <see cref="ComputeId"/> come one at a
/// time, calls for different ones at once.
/// </summary>
/// <remarks>
/// The provider reports what happens through the <see cref="IComputeObserver"/> given to <see cref="StartAsync"/>. It must
/// report the end of each launch that <see cref="LaunchAsync"/> accepted at least once (a repeated report is harmless), and
/// must remember an ended launch, across its own restarts if it can, until <see cref="ForgetAsync"/>.
/// </remarks>
public interface IComputeProvider : IAsyncDisposable
{
    /// <summary>The machines it offers; fixed from construction on.</summary>
    ImmutableArray<ComputeHost> Hosts { get; }

    /// <summary>Whether <see cref="SampleAsync"/> ever has anything to say; fixed from construction on.</summary>
    bool MeasuresUsage { get; }

    /// <summary>Takes up what an earlier run left behind and begins to report. Called once, before any other method.</summary>
    Task StartAsync(IComputeObserver observer, CancellationToken cancellationToken);

    /// <summary>
    /// Starts a server's process or container and returns once it exists; readiness is reported later. A launch that already
    /// exists is left as it is. Cancelled when the server is stopped before it was launched.
    /// </summary>
    /// <exception cref="ComputeException">It could not be started; nothing of it is left behind, and no end is reported.</exception>
    Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken);

    /// <summary>Asks a launch to end, and returns without waiting for it. An unknown or ended launch is harmless.</summary>
    Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken);

    /// <summary>Replaces the <c>playflow.json</c> of a running launch. Unknown launches are harmless.</summary>
    Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken);

    /// <summary>Every launch it knows: running ones, and ended ones not yet forgotten.</summary>
    Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes all that is left of an ended launch. Unknown launches are harmless.</summary>
    Task ForgetAsync(ComputeId id, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what it keeps of a build that nothing will be launched from any more, an unpacked copy for instance. Unknown builds are
    /// harmless. A provider that keeps nothing need not have it.
    /// </summary>
    Task ForgetBuildAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reports every line the launch has written so far, so that a reader sees the latest.</summary>
    Task FlushLogsAsync(ComputeId id, CancellationToken cancellationToken);

    /// <summary>
    /// Reads off what each running launch uses, all in one pass; one that is just starting or ending may be left out. Called
    /// every few seconds, never twice at once.
    /// </summary>
    Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken);

    /// <summary>
    /// True unless a process outside the fleet holds the number on that host. Called under the fleet's lock: answers within
    /// microseconds, and without a guarantee for the next moment.
    /// </summary>
    bool IsPortFree(string host, int port, PortProtocol protocol);
}

/// <summary>A launch as its provider sees it.</summary>
/// <param name="Id">The launch.</param>
/// <param name="Exit">How it ended, or null while it runs.</param>
/// <param name="PortsOpen">Whether its ports have been seen open.</param>
public sealed record ComputeStatus(ComputeId Id, ComputeExit? Exit, bool PortsOpen);
