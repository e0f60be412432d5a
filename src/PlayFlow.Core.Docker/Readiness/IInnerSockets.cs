using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>Looks at the sockets inside a container, from whatever side they can be seen.</summary>
internal interface IInnerSockets
{
    /// <summary>How long to wait between two looks, at first; later half as long again each time, up to <see cref="LongestPause"/>.</summary>
    TimeSpan Pause { get; }

    /// <summary>How long to wait between two looks at most.</summary>
    TimeSpan LongestPause { get; }

    /// <summary>The ports open at the moment, or null when this cannot tell for this container.</summary>
    /// <param name="protocols">The transports that are of interest; the others need not be looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlySet<InnerPort>?> FindOpenAsync(PortProtocol protocols, CancellationToken cancellationToken);
}
