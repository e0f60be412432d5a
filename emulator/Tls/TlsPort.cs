using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace PlayFlow.Emulator.Tls;

/// <summary>One port that is served with TLS, and its connections.</summary>
internal sealed class TlsPort : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int Backlog = 512;
    private const int MaxConnections = 4096;

    // Whoever connects and says nothing holds a place.
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly SslServerAuthenticationOptions _options;
    private readonly TlsTraffic _traffic;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _port;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public TlsPort(
        int port, IPEndPoint target, SslStreamCertificateContext certificate, TlsTraffic traffic, TimeProvider time, ILogger logger)
    {
        _port = port;
        _target = target;
        _traffic = traffic;
        _time = time;
        _logger = logger;
        _options = new SslServerAuthenticationOptions { ServerCertificateContext = certificate };
        _listener = Bind(port);
        _accepting = AcceptAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _accepting;
    }

    private static Socket Bind(int port)
    {
        var any = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        var socket = new Socket(any.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (any.AddressFamily is AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(any, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptAsync(_stopped.Token));
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that gave up, or no descriptor left, which takes a moment to pass.
                await Task.Delay(Moment, _time, _stopped.Token).ContinueWith(
                    static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var near = client;
        using var far = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (Interlocked.Increment(ref _connections) > MaxConnections)
            {
                return;
            }

            near.NoDelay = true;
            far.NoDelay = true;
            await using var player = new SslStream(new NetworkStream(near));
            using (var limit = new CancellationTokenSource(HandshakeLimit, _time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopped.Token))
            {
                await player.AuthenticateAsServerAsync(_options, either.Token);
                await far.ConnectAsync(_target, either.Token);
            }

            await using var game = new NetworkStream(far);
            await Task.WhenAll(
                PumpAsync(player, game, _traffic.Received, FinishGameAsync, near, far),
                PumpAsync(game, player, _traffic.Sent, player.ShutdownAsync, near, far));
        }
        catch (AuthenticationException fault)
        {
            _logger.HandshakeFailed(_port, fault.InnerException?.Message ?? fault.Message);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side broke off: closing both tells the other.
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }

        Task FinishGameAsync()
        {
            far.Shutdown(SocketShutdown.Send);
            return Task.CompletedTask;
        }
    }

    private async Task PumpAsync(Stream from, Stream to, Action<int> count, Func<Task> finish, Socket near, Socket far)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await from.ReadAsync(buffer.AsMemory(0, BufferBytes), _stopped.Token) is > 0 and var read)
            {
                count(read);
                await to.WriteAsync(buffer.AsMemory(0, read), _stopped.Token);
            }

            await finish();
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A reset reaches the other direction too, which would otherwise wait for ever.
            near.Dispose();
            far.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
