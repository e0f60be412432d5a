using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Journeys;
using PlayFlow.Emulator.Tls;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Tls;

/// <summary>A port with TLS before a game that speaks plain TCP.</summary>
internal sealed class TlsTerminatorTests
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TcpListener _game = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(3));
    private TlsTerminator? _terminator;
    private IAsyncDisposable? _served;
    private int _port;
    private int _received;
    private int _sent;

    [SetUp]
    public void Start()
    {
        _game.Start();
        _terminator = new TlsTerminator(
            () =>
            {
                var now = TimeProvider.System.GetUtcNow();
                using var authority = CertificateAuthority.LoadOrCreate(_directory.FullPath, now);
                return authority.Issue("localhost", now);
            },
            _time,
            NullLogger<TlsTerminator>.Instance);
        _port = TestPorts.Next();
        _served = _terminator.Listen(
            _port, (IPEndPoint)_game.LocalEndpoint, bytes => Interlocked.Add(ref _received, bytes), bytes => Interlocked.Add(ref _sent, bytes));
    }

    [TearDown]
    public async Task End()
    {
        await _served!.DisposeAsync();
        _terminator!.Dispose();
        _game.Dispose();
        _deadline.Dispose();
        _directory.Dispose();
    }

    [Test]
    public async Task Player_SpeaksTls_AndTheGamePlain()
    {
        await using var player = await ConnectAsync();
        using var game = await _game.AcceptSocketAsync(_deadline.Token);
        await player.WriteAsync("question"u8.ToArray(), _deadline.Token);
        Assert.That(await ReadAsync(new NetworkStream(game), 8), Is.EqualTo("question"));
        await game.SendAsync("answer"u8.ToArray(), _deadline.Token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ReadAsync(player, 6), Is.EqualTo("answer"));
            Assert.That((_received, _sent), Is.EqualTo((8, 6)));
        }
    }

    [Test]
    public async Task Side_ThatHasFinishedSending_MayStillReceive()
    {
        await using var player = await ConnectAsync();
        using var game = await _game.AcceptSocketAsync(_deadline.Token);
        await using var stream = new NetworkStream(game);
        await player.WriteAsync("question"u8.ToArray(), _deadline.Token);
        await player.ShutdownAsync();
        Assert.That(await new StreamReader(stream).ReadToEndAsync(_deadline.Token), Is.EqualTo("question"));
        await game.SendAsync("answer"u8.ToArray(), _deadline.Token);
        game.Shutdown(SocketShutdown.Send);
        Assert.That(await new StreamReader(player).ReadToEndAsync(_deadline.Token), Is.EqualTo("answer"));
    }

    [Test]
    public async Task LargeStreams_ArriveWhole()
    {
        await using var player = await ConnectAsync();
        using var game = await _game.AcceptSocketAsync(_deadline.Token);
        var bytes = new byte[5 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        var sending = Task.Run(async () =>
        {
            await player.WriteAsync(bytes, _deadline.Token);
            await player.ShutdownAsync();
        });
        using var arrived = new MemoryStream();
        await using var stream = new NetworkStream(game);
        await stream.CopyToAsync(arrived, _deadline.Token);
        await sending;
        Assert.That(arrived.ToArray(), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Player_WhoSpeaksPlain_IsCut_AndTheGameNeverHearsOfIt()
    {
        using var player = new TcpClient();
        await player.ConnectAsync(IPAddress.Loopback, _port, _deadline.Token);
        await player.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), _deadline.Token);
        Assert.That(await EndsAsync(player.GetStream()), Is.True);
        Assert.That(_game.Pending(), Is.False);
    }

    [Test]
    public async Task Player_WhoSaysNothing_IsCutAfterAWhile()
    {
        using var player = new TcpClient();
        await player.ConnectAsync(IPAddress.Loopback, _port, _deadline.Token);
        var end = EndsAsync(player.GetStream());
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        Assert.That(await end, Is.True);
    }

    [Test]
    public async Task Game_ThatIsNotThere_ClosesThePlayer()
    {
        _game.Stop();
        await using var player = await ConnectAsync();
        Assert.That(await EndsAsync(player), Is.True);
    }

    [Test]
    public async Task Disposing_ClosesConnectionsAndFreesThePort()
    {
        await using var player = await ConnectAsync();
        using var game = await _game.AcceptSocketAsync(_deadline.Token);
        await _served!.DisposeAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await EndsAsync(player), Is.True);
            Assert.That(await EndsAsync(new NetworkStream(game)), Is.True);
            Assert.That(EchoGame.IsFree(_port), Is.True);
        }
    }

    [Test]
    public void Port_ThatIsTaken_IsToldAsThat() => Assert.That(
        () => _terminator!.Listen(_port, (IPEndPoint)_game.LocalEndpoint, _ => { }, _ => { }),
        Throws.TypeOf<SocketException>());

    [Test]
    public void Certificate_ThatCannotBeMade_IsAnErrorOfTheDisk()
    {
        using var terminator = new TlsTerminator(
            () => throw new UnauthorizedAccessException("no"), _time, NullLogger<TlsTerminator>.Instance);
        Assert.That(
            () => terminator.Listen(TestPorts.Next(), (IPEndPoint)_game.LocalEndpoint, _ => { }, _ => { }),
            Throws.TypeOf<IOException>().With.Message.EqualTo("no"));
    }

    private async Task<SslStream> ConnectAsync() =>
        await TlsPlayer.ConnectAsync(_port, Path.Combine(_directory.FullPath, "ca.pem"), _deadline.Token);

    private async Task<string> ReadAsync(Stream stream, int length)
    {
        var buffer = new byte[length];
        await stream.ReadExactlyAsync(buffer, _deadline.Token);
        return Encoding.UTF8.GetString(buffer);
    }

    private async Task<bool> EndsAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1024], _deadline.Token) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
