using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Process.Relay;
using PlayFlow.Core.Process.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Relay;

public sealed class TcpRelayTests
{
    private readonly TcpListener _game = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(3));
    private readonly int _port = TestPorts.Next();

    private IPEndPoint Game => (IPEndPoint)_game.LocalEndpoint;

    [SetUp]
    public void Start() => _game.Start();

    [TearDown]
    public void End()
    {
        _game.Dispose();
        _deadline.Dispose();
    }

    [Test]
    public async Task Connection_OneSideFinished_OtherMayStillSend()
    {
        await using var relay = new TcpRelay(_port, Game, TimeProvider.System);
        var (client, server) = await ConnectAsync();
        using (client)
        using (server)
        {
            await client.SendAsync("question"u8.ToArray(), _deadline.Token);
            client.Shutdown(SocketShutdown.Send);
            Assert.That(await ReadAllAsync(server), Is.EqualTo("question"));

            await server.SendAsync("answer"u8.ToArray(), _deadline.Token);
            server.Shutdown(SocketShutdown.Send);
            Assert.That(await ReadAllAsync(client), Is.EqualTo("answer"));
        }
    }

    [Test]
    public async Task Connection_LargeStreams_ArriveWhole()
    {
        await using var relay = new TcpRelay(_port, Game, TimeProvider.System);
        var (client, server) = await ConnectAsync();
        using (client)
        using (server)
        {
            var sent = new byte[5 * 1024 * 1024];
            new Random(1).NextBytes(sent);
            var sending = Task.Run(async () =>
            {
                for (var at = 0; at < sent.Length;)
                {
                    at += await client.SendAsync(sent.AsMemory(at), _deadline.Token);
                }

                client.Shutdown(SocketShutdown.Send);
            });
            using var received = new MemoryStream();
            await using var stream = new NetworkStream(server);
            await stream.CopyToAsync(received, _deadline.Token);
            await sending;

            Assert.That(received.ToArray(), Is.EqualTo(sent));
        }
    }

    [Test]
    public async Task Connection_GameBreaksOff_ClientIsTold()
    {
        await using var relay = new TcpRelay(_port, Game, TimeProvider.System);
        var (client, server) = await ConnectAsync();
        using (client)
        {
            server.LingerState = new LingerOption(true, 0);
            server.Dispose();

            Assert.That(await EndsAsync(client), Is.True);
        }
    }

    [Test]
    public async Task Connection_GameNotThere_IsClosed()
    {
        var target = Game;
        _game.Stop();
        await using var relay = new TcpRelay(_port, target, TimeProvider.System);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _port, _deadline.Token);

        Assert.That(await EndsAsync(client), Is.True);
    }

    [Test]
    public async Task Dispose_FreesThePortAndEndsConnections()
    {
        var relay = new TcpRelay(_port, Game, TimeProvider.System);
        var (client, server) = await ConnectAsync();
        using (client)
        using (server)
        {
            await relay.DisposeAsync();

            Assert.That(await EndsAsync(client), Is.True);
            Assert.That(await EndsAsync(server), Is.True);
        }
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _port, _deadline.Token);
        return (client, await _game.AcceptSocketAsync(_deadline.Token));
    }

    private async Task<string> ReadAllAsync(Socket socket)
    {
        var buffer = new byte[100];
        var text = string.Empty;
        while (await socket.ReceiveAsync(buffer, _deadline.Token) is var length and > 0)
        {
            text += System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        }

        return text;
    }

    private async Task<bool> EndsAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], _deadline.Token) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
