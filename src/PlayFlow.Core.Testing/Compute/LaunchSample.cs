using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Testing.Compute;

/// <summary>Launch requests that are complete, to be altered with <c>with</c>.</summary>
public static class LaunchSample
{
    /// <summary>A launch of an archive build with one port.</summary>
    /// <param name="id">The launch.</param>
    /// <param name="host">Where.</param>
    /// <param name="port">The external port it is granted.</param>
    /// <param name="protocol"><see cref="PortProtocol.Udp"/> or <see cref="PortProtocol.Tcp"/>.</param>
    public static LaunchRequest Create(ComputeId id, ComputeHost host, int port, PortProtocol protocol = PortProtocol.Udp) => new()
    {
        Id = id,
        Project = new ProjectId("sample-project"),
        Host = host.Id,
        Build = new Build
        {
            Id = new BuildId("sample-build"),
            Project = new ProjectId("sample-project"),
            Name = Build.DefaultName,
            Version = 1,
            Type = BuildType.Zip,
            ExecutablePath = Build.DefaultExecutablePath,
            State = BuildState.Ready,
            CreatedAt = DateTimeOffset.UnixEpoch,
        },
        Size = ComputeSize.Small,
        StartupArgs = null,
        Environment = [],
        Ports = [new NetworkPort("game", 7777, port, protocol, host.Address, TlsEnabled: false)],
        ConfigFile = "{}",
    };
}
