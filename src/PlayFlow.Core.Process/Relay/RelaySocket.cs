using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Relay;

/// <summary>The sockets relays are made of.</summary>
internal static class RelaySocket
{
    private const int ReportPortUnreachable = -1744830452;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    /// <summary>Binds a port on all addresses of both families, or of IPv4 where there is nothing else.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Socket Bind(int port, SocketType type, ProtocolType protocol)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return BindTo(new IPEndPoint(IPAddress.Any, port), type, protocol);
        }

        try
        {
            return BindTo(new IPEndPoint(IPAddress.IPv6Any, port), type, protocol);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        {
            return BindTo(new IPEndPoint(IPAddress.Any, port), type, protocol);
        }
    }

    /// <summary>Closes a bound socket so that its port is free when this returns.</summary>
    public static void Release(Socket socket)
    {
        lock (DescriptorGate.Lock)
        {
            socket.Dispose();
        }
    }

    /// <summary>Waits until a passing fault may be over; says nothing when cancelled.</summary>
    public static Task WaitAsync(TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(Moment, time, cancellationToken).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Windows lets a receive fail because an earlier send found nobody; that helps nobody here.</summary>
    public static void IgnoreUnreachable(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            socket.IOControl(ReportPortUnreachable, [0], null);
        }
    }

    private static Socket BindTo(IPEndPoint address, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(address.AddressFamily, type, protocol);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            if (OperatingSystem.IsWindows())
            {
                socket.ExclusiveAddressUse = true;
            }

            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
