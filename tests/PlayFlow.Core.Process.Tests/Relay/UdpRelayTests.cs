using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Relay;
using PlayFlow.Core.Process.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Relay;

[TestFixture(false)]
[TestFixture(true)]
public sealed class UdpRelayTests(bool isPortable)
{
    private readonly Socket _game = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(3));
    private readonly int _port = TestPorts.Next();

    private IPEndPoint Game => (IPEndPoint)_game.LocalEndPoint!;

    [SetUp]
    public void Start() => _game.Bind(new IPEndPoint(IPAddress.Loopback, TestPorts.Next()));

    [TearDown]
    public void End()
    {
        _game.Dispose();
        _deadline.Dispose();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(1400)]
    [TestCase(60_000)]
    public async Task Datagram_OfAnySize_ArrivesWholeAndIsAnswered(int size)
    {
        await using var relay = Relay(Game, _time);
        using var client = Client();
        var sent = new byte[size];
        new Random(1).NextBytes(sent);

        await client.SendAsync(sent, _deadline.Token);
        var (received, from) = await ReceiveAsync();
        await _game.SendToAsync(received, from, _deadline.Token);
        var answer = new byte[65_535];
        var length = await client.ReceiveAsync(answer, _deadline.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(received, Is.EqualTo(sent));
            Assert.That(answer[..length], Is.EqualTo(sent));
        }
    }

    [Test]
    public async Task Clients_AreToldApart()
    {
        await using var relay = Relay(Game, _time);
        using var one = Client();
        using var two = Client();
        await one.SendAsync("one"u8.ToArray(), _deadline.Token);
        var (_, first) = await ReceiveAsync();
        await two.SendAsync("two"u8.ToArray(), _deadline.Token);
        var (_, second) = await ReceiveAsync();

        await _game.SendToAsync("to two"u8.ToArray(), second, _deadline.Token);
        await _game.SendToAsync("to one"u8.ToArray(), first, _deadline.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.Not.EqualTo(second));
            Assert.That(await ReceiveTextAsync(one), Is.EqualTo("to one"));
            Assert.That(await ReceiveTextAsync(two), Is.EqualTo("to two"));
        }
    }

    [Test]
    public async Task Client_SilentForLong_IsForgotten()
    {
        await using var relay = Relay(Game, _time);
        using var client = Client();
        var before = await SpeakAsync(client);
        _time.Advance(UdpRelay.IdleLimit / 2);
        var meanwhile = await SpeakAsync(client);
        _time.Advance(UdpRelay.IdleLimit * 2);
        var after = await SpeakAsync(client);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(meanwhile, Is.EqualTo(before));
            Assert.That(after, Is.Not.EqualTo(before));
        }
    }

    [Test]
    public async Task Client_OneTooMany_TakesThePlaceOfTheMostSilent()
    {
        await using var relay = Relay(Game, _time, maxClients: 2);
        using var silent = Client();
        using var lively = Client();
        using var late = Client();
        var silentBefore = await SpeakAsync(silent);
        _time.Advance(TimeSpan.FromSeconds(1));
        var livelyBefore = await SpeakAsync(lively);
        _time.Advance(TimeSpan.FromSeconds(1));
        await SpeakAsync(late);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SpeakAsync(lively), Is.EqualTo(livelyBefore));
            Assert.That(await SpeakAsync(silent), Is.Not.EqualTo(silentBefore));
        }
    }

    [Test]
    public async Task Dispose_FreesThePort()
    {
        await Relay(Game, _time).DisposeAsync();

        await using var again = Relay(Game, _time);
    }

    [Test]
    public async Task Game_AwayForAMoment_IsReachedAgain()
    {
        var target = Game;
        await using var relay = Relay(target, TimeProvider.System);
        using var client = Client();
        await SpeakAsync(client);
        _game.Close();
        for (var i = 0; i < 5; i++)
        {
            await client.SendAsync("lost"u8.ToArray(), _deadline.Token);
        }

        using var back = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        TestPorts.Apart(() => back.Bind(target));
        var buffer = new byte[100];
        var received = back.ReceiveAsync(buffer, SocketFlags.None, _deadline.Token).AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                client.Send("found"u8);
                return received.IsCompleted;
            },
            "a datagram");

        Assert.That(await received, Is.GreaterThan(0));
    }

    [Test]
    public async Task Traffic_IsCountedBothWays()
    {
        var traffic = new RelayTraffic();
        await using var relay = Relay(Game, _time, traffic: traffic);
        using var client = Client();
        var game = await SpeakAsync(client);
        await _game.SendToAsync("to you"u8.ToArray(), game, _deadline.Token);
        await ReceiveTextAsync(client);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(traffic.Received, Is.EqualTo("hello".Length));
            Assert.That(traffic.Sent, Is.EqualTo("to you".Length));
        }
    }

    [Test]
    public async Task Burst_FromManyClients_IsAnsweredAsAWhole()
    {
        const int clients = 100;
        const int each = 5;
        _game.ReceiveBufferSize = 1 << 20;
        await using var relay = Relay(Game, _time);
        var sockets = Enumerable.Range(0, clients).Select(_ => Client()).ToArray();
        foreach (var round in Enumerable.Range(0, each))
        {
            foreach (var socket in sockets)
            {
                socket.Send([(byte)round]);
            }
        }

        var froms = new Dictionary<EndPoint, int>();
        for (var i = 0; i < clients * each; i++)
        {
            var (datagram, from) = await ReceiveAsync();
            froms[from] = froms.GetValueOrDefault(from) + 1;
            _game.SendTo(datagram, from);
        }

        var buffer = new byte[1];
        foreach (var socket in sockets)
        {
            for (byte round = 0; round < each; round++)
            {
                await socket.ReceiveAsync(buffer, _deadline.Token);
                Assert.That(buffer[0], Is.EqualTo(round));
            }

            socket.Dispose();
        }

        Assert.That(froms.Values, Is.All.EqualTo(each).And.Exactly(clients).Items);
    }

    [Test]
    public async Task Client_ThatTheSystemHasNoSocketFor_TakesNothingFromOthers()
    {
        using var poller = new FullPoller(isPortable ? new SelectPoller() : new EpollPoller());
        await using var relay = new UdpRelay(_port, Game, _time, null, 1024, poller, Batch());
        using var known = Client();
        using var unknown = Client();
        await SpeakAsync(known);
        poller.IsFull = true;
        using (poller.Pause())
        {
            unknown.Send("lost"u8);
            known.Send("kept"u8);
        }

        Assert.That((await ReceiveAsync()).Datagram, Is.EqualTo("kept"u8.ToArray()));
    }

    private SingleDatagram? Batch() => isPortable ? new SingleDatagram() : null;

    private UdpRelay Relay(IPEndPoint target, TimeProvider time, RelayTraffic? traffic = null, int maxClients = 1024) =>
        new(_port, target, time, traffic, maxClients, isPortable ? new SelectPoller() : null, Batch());

    private Socket Client()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(IPAddress.Loopback, _port);
        return client;
    }

    private async Task<EndPoint> SpeakAsync(Socket client)
    {
        await client.SendAsync("hello"u8.ToArray(), _deadline.Token);
        return (await ReceiveAsync()).From;
    }

    private async Task<(byte[] Datagram, EndPoint From)> ReceiveAsync()
    {
        var buffer = new byte[65_535];
        var result = await _game.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _deadline.Token);
        return (buffer[..result.ReceivedBytes], result.RemoteEndPoint);
    }

    private async Task<string> ReceiveTextAsync(Socket client)
    {
        var buffer = new byte[100];
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await client.ReceiveAsync(buffer, _deadline.Token));
    }
}
