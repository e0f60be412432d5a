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
        foreach (var port in request.Ports)
        {
            if (_inUse.Contains(PortOf(request, port)) || _foreign.Contains(PortOf(request, port)))
            {
                throw new ComputeException(
                    StopReason.PortUnavailable,
                    FormattableString.Invariant($"port {port.ExternalPort}/{port.Protocol} of {request.Host} is in use by another process"));
            }
        }

        foreach (var port in request.Ports)
        {
            _inUse.Add(PortOf(request, port));
        }
    }

    public void Release(LaunchRequest request)
    {
        foreach (var port in request.Ports)
        {
            _inUse.Remove(PortOf(request, port));
        }
    }

    /// <summary>Whether no process outside the fleet holds it.</summary>
    public bool IsFree(string host, int port, PortProtocol protocol) =>
        IsFreeFor(host, port, protocol & PortProtocol.Udp) && IsFreeFor(host, port, protocol & PortProtocol.Tcp);

    public void SetFree(string host, int port, PortProtocol protocol, bool isFree)
    {
        foreach (var single in new[] { PortProtocol.Udp, PortProtocol.Tcp })
        {
            if ((protocol & single) != 0)
            {
                _ = isFree ? _foreign.Remove((host, port, single)) : _foreign.Add((host, port, single));
            }
        }
    }

    private bool IsFreeFor(string host, int port, PortProtocol single) =>
        single == PortProtocol.None || !_foreign.Contains((host, port, single));

    private static (string Host, int Port, PortProtocol Protocol) PortOf(LaunchRequest request, NetworkPort port) =>
        (request.Host, port.ExternalPort, port.Protocol);
}
