using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>One client of a <see cref="UdpRelay"/>: what the game answers to it goes out by the relay's own port. Used by one thread.</summary>
internal sealed class UdpClientSession : IDatagramReader, IDisposable
{
    private const int KernelBufferBytes = 256 * 1024;

    private readonly Socket _outside;
    private readonly byte[] _buffer;
    private readonly RelayTraffic _traffic;

    /// <summary>A session that is connected to the game.</summary>
    /// <param name="client">The client's address.</param>
    /// <param name="outside">What the client sends to, and is answered by.</param>
    /// <param name="target">Where the game is.</param>
    /// <param name="buffer">Room for any datagram, free between calls.</param>
    /// <param name="traffic">Counts what passes.</param>
    /// <exception cref="SocketException">The system has no more sockets.</exception>
    public UdpClientSession(SocketAddress client, Socket outside, IPEndPoint target, byte[] buffer, RelayTraffic traffic)
    {
        Client = client;
        _outside = outside;
        _buffer = buffer;
        _traffic = traffic;
        Inside = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            Blocking = false, ReceiveBufferSize = KernelBufferBytes,
        };
        RelaySocket.IgnoreUnreachable(Inside);
        Inside.Connect(target);
    }

    /// <summary>The client's address.</summary>
    public SocketAddress Client { get; }

    /// <summary>What the game hears the client by.</summary>
    public Socket Inside { get; }

    /// <summary>When the client last sent something.</summary>
    public long LastHeard { get; set; }

    /// <summary>Passes a datagram of the client on to the game. It is lost, as datagrams are, when the game is not there for the moment.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        _traffic.AddReceived(datagram.Length);
        Inside.Send(datagram, SocketFlags.None, out _);
    }

    /// <summary>Passes on to the client what the game has sent.</summary>
    public void Read(int most)
    {
        for (var i = 0; i < most; i++)
        {
            var length = Inside.Receive(_buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            // Anything else tells that the game does not listen at the moment.
            if (error == SocketError.Success)
            {
                _traffic.AddSent(length);
                _outside.SendTo(_buffer.AsSpan(0, length), SocketFlags.None, Client);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Inside.Dispose();
}
