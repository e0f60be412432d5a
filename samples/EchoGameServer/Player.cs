using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EchoGameServer;

/// <summary>A player: asks a server by datagram and by stream.</summary>
internal static class Player
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>0 when at least one of the two was answered with the text.</summary>
    public static async Task<int> AskAsync(string address, string text)
    {
        if (!IPEndPoint.TryParse(address, out var server) || server.Port == 0)
        {
            Console.Error.WriteLine($"'{address}' is not an IP address and a port, such as 127.0.0.1:30000");
            return 2;
        }

        var answered = 0;
        foreach (var (name, type) in new[] { ("udp", SocketType.Dgram), ("tcp", SocketType.Stream) })
        {
            using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
            using var socket = new Socket(server.AddressFamily, type, type is SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(server, deadline.Token);
                await socket.SendAsync(Encoding.UTF8.GetBytes(text), deadline.Token);
                var buffer = new byte[2048];
                var length = await socket.ReceiveAsync(buffer, deadline.Token);
                Console.WriteLine($"{name}: {Encoding.UTF8.GetString(buffer, 0, length)}");
                answered++;
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                Console.WriteLine($"{name}: no answer");
            }
        }

        return answered > 0 ? 0 : 1;
    }
}
