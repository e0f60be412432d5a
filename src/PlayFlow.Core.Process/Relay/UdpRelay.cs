using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>
/// Passes datagrams from an external port on to the port a game chose to bind, with a socket of its own for each client, so
/// that the game can tell them apart and answers find their way back. Nothing is allocated for a datagram.
/// </summary>
/// <remarks>
/// A client that was silent for <see cref="IdleLimit"/> is forgotten; when it speaks again, the game sees a new one. When as many
/// are known as there may be and another comes, the one silent for longest is forgotten.
/// </remarks>
internal sealed class UdpRelay : IAsyncDisposable
{
    /// <summary>How long a silent client is remembered.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private const int LargestDatagram = 65_535;
    private const int KernelBufferBytes = 1024 * 1024;

    private readonly Dictionary<SocketAddress, UdpClientSession> _sessions = [];
    private readonly Lock _lock = new();
    private readonly Socket _outside;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _time;
    private readonly RelayTraffic _traffic;
    private readonly CancellationTokenSource _stopped = new();
    private readonly int _maxClients;
    private readonly ITimer _expiry;
    private readonly Task _receiving;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The external port is taken.</exception>
    public UdpRelay(int externalPort, IPEndPoint target, TimeProvider time, RelayTraffic? traffic = null, int maxClients = 1024)
    {
        _traffic = traffic ?? new RelayTraffic();
        _maxClients = maxClients;
        _target = target;
        _time = time;
        _outside = RelaySocket.Bind(externalPort, SocketType.Dgram, ProtocolType.Udp);
        _outside.ReceiveBufferSize = KernelBufferBytes;
        UdpClientSession.IgnoreUnreachable(_outside);
        _expiry = time.CreateTimer(_ => ForgetIdle(), null, IdleLimit / 4, IdleLimit / 4);
        _receiving = ReceiveAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _expiry.DisposeAsync().ConfigureAwait(false);
        RelaySocket.Release(_outside);
        await _receiving.ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var session in _sessions.Values)
            {
                session.Dispose();
            }

            _sessions.Clear();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true).AsMemory();
        var client = new SocketAddress(_outside.AddressFamily);
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                var length = await _outside.ReceiveFromAsync(buffer, SocketFlags.None, client, _stopped.Token).ConfigureAwait(false);
                _traffic.AddReceived(length);
                await FindOrAdd(client).SendAsync(buffer[..length], _stopped.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                // A datagram is lost, as datagrams are: the client was just forgotten, or the game is not there for the moment.
            }
            catch (SocketException)
            {
                await RelaySocket.WaitAsync(_time, _stopped.Token).ConfigureAwait(false);
            }
        }
    }

    private UdpClientSession FindOrAdd(SocketAddress client)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(client, out var session))
            {
                session.LastHeard = _time.GetTimestamp();
                return session;
            }

            if (_sessions.Count >= _maxClients)
            {
                ForgetLocked(_sessions.Values.MinBy(candidate => candidate.LastHeard)!);
            }

            session = new UdpClientSession(Copy(client), _outside, _target, _time, _traffic) { LastHeard = _time.GetTimestamp() };
            _sessions.Add(session.Client, session);
            return session;
        }
    }

    private void ForgetIdle()
    {
        lock (_lock)
        {
            foreach (var session in _sessions.Values.Where(s => _time.GetElapsedTime(s.LastHeard) > IdleLimit).ToArray())
            {
                ForgetLocked(session);
            }
        }
    }

    private void ForgetLocked(UdpClientSession session)
    {
        _sessions.Remove(session.Client);
        session.Dispose();
    }

    // The one that receives is written over by the next datagram.
    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }
}
