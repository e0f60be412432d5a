using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>Looks at the sockets inside a container, from whatever side they can be seen.</summary>
internal interface IInnerSockets
{
    /// <summary>How long to wait between two looks, at first; later twice as long each time, up to <see cref="LongestPause"/>.</summary>
    TimeSpan Pause { get; }

    /// <summary>How long to wait between two looks at most.</summary>
    TimeSpan LongestPause { get; }

    /// <summary>The ports open at the moment, or null when this cannot tell for this container.</summary>
    Task<IReadOnlySet<InnerPort>?> FindOpenAsync(CancellationToken cancellationToken);
}
