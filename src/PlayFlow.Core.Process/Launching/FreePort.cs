using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>Finds a TCP port of this machine that nothing holds.</summary>
internal static class FreePort
{
    /// <summary>
    /// A number of the system's choice. Somebody may take it before the game does; the launch then ends like any whose port is
    /// taken.
    /// </summary>
    /// <exception cref="ComputeException">There is none.</exception>
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException fault)
        {
            throw new ComputeException(StopReason.PortUnavailable, "no port is free for the server behind TLS", fault);
        }
    }
}
