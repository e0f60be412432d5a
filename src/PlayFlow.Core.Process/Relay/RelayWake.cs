using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>A datagram socket that hears only itself, to wake a thread that waits for sockets.</summary>
internal sealed class RelayWake : IDatagramReader, IDisposable
{
    private readonly byte[] _nothing = new byte[1];

    public RelayWake()
    {
        try
        {
            Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Socket.Connect(Socket.LocalEndPoint!);
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
    }

    /// <summary>What the thread waits for.</summary>
    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };

    /// <summary>Wakes it.</summary>
    public void Wake() => Socket.Send(_nothing, SocketFlags.None, out _);

    /// <inheritdoc/>
    public void Read(int most) => Socket.Receive(_nothing, SocketFlags.None, out _);

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
}
