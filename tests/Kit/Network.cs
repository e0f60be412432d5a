using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PlayFlow.Tests.Kit;

/// <summary>A player, as far as a test needs one.</summary>
internal static class Network
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static async Task<string> AskTcpAsync(int port, string question)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        using var reader = new StreamReader(new NetworkStream(client), Encoding.UTF8);
        await client.SendAsync(Encoding.UTF8.GetBytes(question), limit.Token);
        client.Shutdown(SocketShutdown.Send);
        return await reader.ReadToEndAsync(limit.Token);
    }

    public static async Task<string> AskUdpAsync(int port, string question)
    {
        using var client = new UdpClient(AddressFamily.InterNetwork);
        client.Connect(IPAddress.Loopback, port);
        using var limit = new CancellationTokenSource(Patience);
        await client.SendAsync(Encoding.UTF8.GetBytes(question), limit.Token);
        var answer = await client.ReceiveAsync(limit.Token);
        return Encoding.UTF8.GetString(answer.Buffer);
    }
}
