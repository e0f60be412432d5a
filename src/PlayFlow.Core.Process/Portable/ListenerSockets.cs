using System.Net;
using System.Net.NetworkInformation;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Readiness;

namespace PlayFlow.Core.Process.Portable;

/// <summary>The machine's sockets as .NET lists them everywhere: without saying whose they are.</summary>
internal sealed class ListenerSockets : ISocketTable
{
    /// <inheritdoc/>
    public IReadOnlyList<BoundSocket> FindOnLoopback(int port, PortProtocol protocol) => Find(port, protocol);

    /// <inheritdoc/>
    public IReadOnlyList<BoundSocket> Find(int port, PortProtocol protocol) =>
        [.. List(protocol).Where(address => address.Port == port).Select(address => new BoundSocket(Reach(address.Address), port, protocol, 0))];

    /// <inheritdoc/>
    public bool TryFindConnections(HashSet<uint> inodes) => false;

    private static IPEndPoint[] List(PortProtocol protocol)
    {
        var network = IPGlobalProperties.GetIPGlobalProperties();
        return protocol == PortProtocol.Tcp ? network.GetActiveTcpListeners() : network.GetActiveUdpListeners();
    }

    private static IPAddress Reach(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;
}
