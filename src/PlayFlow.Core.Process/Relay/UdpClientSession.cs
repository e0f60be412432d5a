using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>One client of a <see cref="UdpRelay"/>: what the game answers to it goes out by the relay's own port.</summary>
internal sealed class UdpClientSession : IDisposable
{
    private const int LargestDatagram = 65_535;
    private const int ReportPortUnreachable = -1744830452;

    private readonly Socket _inside;
    private readonly Socket _outside;
    private readonly TimeProvider _time;
    private readonly RelayTraffic _traffic;
    private readonly CancellationTokenSource _stopped = new();

    public UdpClientSession(SocketAddress client, Socket outside, IPEndPoint target, TimeProvider time, RelayTraffic traffic)
    {
        _traffic = traffic;
        Client = client;
        _outside = outside;
        _time = time;
        _inside = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _inside.Connect(target);
        IgnoreUnreachable(_inside);
        _ = AnswerAsync();
    }

    /// <summary>The client's address.</summary>
    public SocketAddress Client { get; }

    /// <summary>When the client last sent something.</summary>
    public long LastHeard { get; set; }

    /// <summary>Passes a datagram of the client on to the game.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken) =>
        _inside.SendAsync(datagram, SocketFlags.None, cancellationToken);

    /// <summary>Windows lets a receive fail because an earlier send found nobody; that helps nobody here.</summary>
    public static void IgnoreUnreachable(Socket socket)
    {
        if (OperatingSystem.IsWindows())
        {
            socket.IOControl(ReportPortUnreachable, [0], null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Cancel();
        _inside.Dispose();
    }

    private async Task AnswerAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                // Waits without a buffer: a silent client holds none.
                await _inside.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, _stopped.Token).ConfigureAwait(false);
                await PassAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
            {
                // Where peeking with no buffer says that the datagram is larger, it is there.
                await PassAsync().ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // The game does not listen at the moment.
                await RelaySocket.WaitAsync(_time, _stopped.Token).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask PassAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargestDatagram);
        try
        {
            var length = await _inside.ReceiveAsync(buffer, SocketFlags.None, _stopped.Token).ConfigureAwait(false);
            _traffic.AddSent(length);
            await _outside.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, Client, _stopped.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
