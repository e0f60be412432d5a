using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>One client of a <see cref="UdpRelay"/>: what the game answers to it goes out by the relay's own port. Used by one thread.</summary>
internal sealed class UdpClientSession : IDatagramReader, IDisposable
{
    private const int KernelBufferBytes = 256 * 1024;

    private readonly Socket _outside;
    private readonly DatagramBatch _batch;
    private readonly RelayTraffic _traffic;
    private readonly Action<int> _answer;

    /// <summary>A session that is connected to the game.</summary>
    /// <param name="client">The client's address.</param>
    /// <param name="outside">What the client sends to, and is answered by.</param>
    /// <param name="target">Where the game is.</param>
    /// <param name="batch">What datagrams are read to; free between calls.</param>
    /// <param name="traffic">Counts what passes.</param>
    /// <exception cref="SocketException">The system has no more sockets.</exception>
    public UdpClientSession(SocketAddress client, Socket outside, IPEndPoint target, DatagramBatch batch, RelayTraffic traffic)
    {
        Client = client;
        _outside = outside;
        _batch = batch;
        _traffic = traffic;
        _answer = Answer;
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

    /// <summary>Passes those of the batch that are the client's on to the game. They are lost, as datagrams are, when the game is not there for the moment.</summary>
    public void Send(int first, int count)
    {
        _traffic.AddReceived(_batch.TotalLength(first, count));
        _batch.Send(Inside, null, first, count);
    }

    /// <summary>Passes on to the client what the game has sent.</summary>
    public void Read(int most) => _batch.Read(Inside, most, _answer);

    /// <inheritdoc/>
    public void Dispose() => Inside.Dispose();

    private void Answer(int count)
    {
        _traffic.AddSent(_batch.TotalLength(0, count));
        _batch.Send(_outside, Client, 0, count);
    }
}
