using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>
/// Passes streams from an external port on to the port a game chose to bind. Each direction ends on its own: a side that has
/// finished sending may still receive.
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;
    private const int Backlog = 512;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _time;
    private readonly RelayTraffic _traffic;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The external port is taken.</exception>
    public TcpRelay(int externalPort, IPEndPoint target, TimeProvider time, RelayTraffic? traffic = null)
    {
        _traffic = traffic ?? new RelayTraffic();
        _target = target;
        _time = time;
        _listener = RelaySocket.Bind(externalPort, SocketType.Stream, ProtocolType.Tcp);
        _listener.Listen(Backlog);
        _accepting = AcceptAsync();
    }

    /// <summary>How many connections it carries at most at once; more are closed as soon as they come.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        RelaySocket.Release(_listener);
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stopped.Token).ConfigureAwait(false);
                _ = CarryAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that gave up, or no descriptor left: neither may end the relay, and the latter takes a moment to pass.
                await RelaySocket.WaitAsync(_time, _stopped.Token).ConfigureAwait(false);
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
            await ConnectAsync(far).ConfigureAwait(false);
            await Task.WhenAll(PumpAsync(near, far, _traffic.AddReceived), PumpAsync(far, near, _traffic.AddSent)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side broke off: closing both tells the other.
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task ConnectAsync(Socket far)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopped.Token);
        await far.ConnectAsync(_target, either.Token).ConfigureAwait(false);
    }

    private async Task PumpAsync(Socket from, Socket to, Action<int> count)
    {
        try
        {
            while (true)
            {
                // Waits without a buffer: an idle connection holds none.
                await from.ReceiveAsync(Memory<byte>.Empty, _stopped.Token).ConfigureAwait(false);
                if (!await PassAsync(from, to, count).ConfigureAwait(false))
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A reset reaches the other direction too, which would otherwise wait for ever.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }

    private async ValueTask<bool> PassAsync(Socket from, Socket to, Action<int> count)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var read = await from.ReceiveAsync(buffer.AsMemory(0, BufferBytes), _stopped.Token).ConfigureAwait(false);
            count(read);
            for (var sent = 0; sent < read;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stopped.Token).ConfigureAwait(false);
            }

            return read > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
