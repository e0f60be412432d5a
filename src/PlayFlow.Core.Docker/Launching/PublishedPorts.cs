using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>The engine's machine as far as ports are published on it.</summary>
internal static class PublishedPorts
{
    /// <summary>The address they are published on: loopback when players are told to connect there, all otherwise.</summary>
    public static IPAddress AddressOf(DockerComputeOptions options) =>
        options.BindAddress is { } bind ? IPAddress.Parse(bind)
        : options.Address.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(options.Address, out var address) && IPAddress.IsLoopback(address) ? address
        : IPAddress.Any;

    /// <summary>Whether nothing on this machine holds a number.</summary>
    public static bool IsFree(IPAddress address, int port, PortProtocol protocol) =>
        (!protocol.HasFlag(PortProtocol.Udp) || CanBind(address, port, SocketType.Dgram, ProtocolType.Udp))
        && (!protocol.HasFlag(PortProtocol.Tcp) || CanBind(address, port, SocketType.Stream, ProtocolType.Tcp));

    private static bool CanBind(IPAddress address, int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(address.AddressFamily, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
