using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>The ports that launches hold, and those that processes outside the fleet do. Not thread-safe.</summary>
internal sealed class FakePorts
{
    private readonly HashSet<(string Host, int Port, PortProtocol Protocol)> _inUse = [];
    private readonly HashSet<(string Host, int Port, PortProtocol Protocol)> _foreign = [];

    /// <summary>Holds the ports of a launch.</summary>
    /// <exception cref="ComputeException">One of them is held already.</exception>
    public void Take(LaunchRequest request)
    {
        foreach (var port in PortsOf(request))
        {
            if (_inUse.Contains(port) || _foreign.Contains(port))
            {
                throw new ComputeException(
                    StopReason.PortUnavailable,
                    FormattableString.Invariant($"port {port.Port}/{port.Protocol} of {port.Host} is in use by another process"));
            }
        }

        _inUse.UnionWith(PortsOf(request));
    }

    public void Release(LaunchRequest request) => _inUse.ExceptWith(PortsOf(request));

    /// <summary>Whether no process outside the fleet holds it.</summary>
    public bool IsFree(string host, int port, PortProtocol protocol) =>
        !Singles(protocol).Any(single => _foreign.Contains((host, port, single)));

    public void SetFree(string host, int port, PortProtocol protocol, bool isFree)
    {
        foreach (var single in Singles(protocol))
        {
            _ = isFree ? _foreign.Remove((host, port, single)) : _foreign.Add((host, port, single));
        }
    }

    private static IEnumerable<(string Host, int Port, PortProtocol Protocol)> PortsOf(LaunchRequest request) =>
        request.Ports.Select(port => (request.Host, port.ExternalPort, port.Protocol));

    private static IEnumerable<PortProtocol> Singles(PortProtocol protocol) =>
        new[] { PortProtocol.Udp, PortProtocol.Tcp }.Where(single => (protocol & single) != 0);
}
