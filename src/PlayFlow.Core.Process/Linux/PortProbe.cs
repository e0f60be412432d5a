using System.Buffers.Binary;
using System.Runtime.Versioning;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Tries a port by binding it for a moment on all addresses of both families, as most games do. Microseconds.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PortProbe
{
    private const int Stream = 1;
    private const int Datagram = 2;
    private const int V4AddressBytes = 16;
    private const int V6AddressBytes = 28;

    /// <summary>True when nothing holds the port on any address.</summary>
    public static bool IsFree(int port, PortProtocol protocol)
    {
        // A process that is being started would keep a copy of the socket, and the port would be found taken a moment later.
        lock (DescriptorGate.Lock)
        {
            return ((protocol & PortProtocol.Tcp) == 0 || CanBind(port, Stream)) && ((protocol & PortProtocol.Udp) == 0 || CanBind(port, Datagram));
        }
    }

    // A socket of both families on all addresses clashes with any other of that number; without IPv6 the other family is all
    // there is.
    private static bool CanBind(int port, int type) => TryBind(Libc.Inet6Family, port, type) ?? TryBind(Libc.InetFamily, port, type) ?? false;

    private static bool? TryBind(int family, int port, int type)
    {
        var socket = Libc.Socket(family, type | Libc.CloseOnExec, 0);
        if (socket < 0)
        {
            return null;
        }

        if (family == Libc.Inet6Family)
        {
            const int v6Level = 41;
            const int v6Only = 26;
            var no = 0;
            _ = Libc.SetSocketOption(socket, v6Level, v6Only, &no, sizeof(int));
        }

        var address = stackalloc byte[V6AddressBytes];
        new Span<byte>(address, V6AddressBytes).Clear();
        *(ushort*)address = (ushort)family;
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(address + 2, 2), (ushort)port);
        var bound = Libc.Bind(socket, address, family == Libc.Inet6Family ? V6AddressBytes : V4AddressBytes);
        var error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        _ = Libc.Close(socket);
        const int addressNotAvailable = 99;
        return bound == 0 ? true : family == Libc.Inet6Family && error == addressNotAvailable ? null : false;
    }
}
