using System.Net;
using System.Net.Sockets;

namespace EchoGameServer;

/// <summary>One port number, for datagrams and for streams; either will do when the other is taken.</summary>
internal sealed class EchoPort
{
    private readonly int _number;
    private readonly Socket? _udp;
    private readonly Socket? _tcp;

    private EchoPort(int number, Socket? udp, Socket? tcp)
    {
        _number = number;
        _udp = udp;
        _tcp = tcp;
    }

    public static EchoPort? TryOpen(int number)
    {
        var udp = TryBind(number, SocketType.Dgram, ProtocolType.Udp);
        var tcp = TryBind(number, SocketType.Stream, ProtocolType.Tcp);
        tcp?.Listen();
        return udp is null && tcp is null ? null : new EchoPort(number, udp, tcp);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(EchoDatagramsAsync(cancellationToken), EchoStreamsAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
        finally
        {
            _udp?.Dispose();
            _tcp?.Dispose();
        }
    }

    public override string ToString() => $"port {_number} ({(_udp is null ? "tcp" : _tcp is null ? "udp" : "udp and tcp")})";

    private static Socket? TryBind(int number, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(type, protocol);
        try
        {
            var any = socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
            socket.Bind(new IPEndPoint(any, number));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private async Task EchoDatagramsAsync(CancellationToken cancellationToken)
    {
        if (_udp is null)
        {
            return;
        }

        var buffer = new byte[65_535];
        var client = new SocketAddress(_udp.AddressFamily);
        while (true)
        {
            var length = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, client, cancellationToken);
            await _udp.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, client, cancellationToken);
        }
    }

    private async Task EchoStreamsAsync(CancellationToken cancellationToken)
    {
        while (_tcp is not null)
        {
            _ = EchoStreamAsync(await _tcp.AcceptAsync(cancellationToken), cancellationToken);
        }
    }

    private static async Task EchoStreamAsync(Socket client, CancellationToken cancellationToken)
    {
        using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            await stream.CopyToAsync(stream, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The player left, or the server stops.
        }
    }
}
