using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Process.Linux;

namespace PlayFlow.Core.Process.Relay;

/// <summary>
/// Passes datagrams from an external port on to the port a game chose to bind, with a socket of its own for each client, so
/// that the game can tell them apart and answers find their way back. Nothing is allocated for a datagram.
/// </summary>
/// <remarks>
/// <para>A client that was silent for <see cref="IdleLimit"/> is forgotten; when it speaks again, the game sees a new one. When as
/// many are known as there may be and another comes, the one silent for longest is forgotten.</para>
/// <para>One thread does it all, and sleeps while nothing comes: to hand each datagram to another thread costs several times
/// what passing it on does.</para>
/// </remarks>
internal sealed class UdpRelay : IDatagramReader, IAsyncDisposable
{
    /// <summary>How long a silent client is remembered.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private const int KernelBufferBytes = 1024 * 1024;

    // From one socket, and from all clients' together, before the others have their turn; but a few from each, which go on together.
    private const int MostAtOnce = 64;
    private const int FewestAtOnce = 8;

    private static readonly TimeSpan SweepInterval = IdleLimit / 4;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<SocketAddress, UdpClientSession> _sessions = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stopped = new();
    private readonly Socket _outside;
    private readonly SocketAddress _sender;
    private readonly RelayWake _wake = new();
    private readonly ISocketPoller _poller;
    private readonly DatagramBatch _batch;
    private readonly Action<int> _send;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _time;
    private readonly RelayTraffic _traffic;
    private readonly int _maxClients;
    private long _sweptAt;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The external port is taken.</exception>
    public UdpRelay(
        int externalPort,
        IPEndPoint target,
        TimeProvider time,
        RelayTraffic? traffic = null,
        int maxClients = 1024,
        ISocketPoller? poller = null,
        DatagramBatch? batch = null)
    {
        _traffic = traffic ?? new RelayTraffic();
        _maxClients = maxClients;
        _target = target;
        _time = time;
        _sweptAt = time.GetTimestamp();
        _poller = poller ?? (OperatingSystem.IsLinux() ? new EpollPoller() : new SelectPoller());
        _batch = batch ?? DatagramBatch.Create();
        _send = Send;
        try
        {
            _outside = RelaySocket.Bind(externalPort, SocketType.Dgram, ProtocolType.Udp);
            _outside.ReceiveBufferSize = KernelBufferBytes;
            _outside.Blocking = false;
            RelaySocket.IgnoreUnreachable(_outside);
            _sender = new SocketAddress(_outside.AddressFamily);
            _poller.Add(_outside, this);
            _poller.Add(_wake.Socket, _wake);
        }
        catch
        {
            _outside?.Dispose();
            _poller.Dispose();
            _batch.Dispose();
            _wake.Dispose();
            throw;
        }

        new Thread(Run, 256 * 1024) { IsBackground = true, Name = "PlayFlow relay" }.Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _stopped.Set();
        _wake.Wake();
        await _ended.Task.ConfigureAwait(false);
        RelaySocket.Release(_outside);
        foreach (var session in _sessions.Values)
        {
            session.Dispose();
        }

        _poller.Dispose();
        _batch.Dispose();
        _wake.Dispose();
        _stopped.Dispose();
    }

    /// <summary>Passes on to the game what clients have sent.</summary>
    public void Read(int most) => _batch.Read(_outside, most, _send);

    // All that follow one another from the same client together.
    private void Send(int count)
    {
        SocketException? fault = null;
        for (int first = 0, next; first < count; first = next)
        {
            for (next = first + 1; next < count && _batch.AreOfOneSender(first, next); next++)
            {
            }

            _batch.CopySender(first, _sender);
            try
            {
                FindOrAdd(_sender).Send(first, next - first);
            }
            catch (SocketException e)
            {
                // The system has no socket for a client that is new: those that are known are served.
                fault = e;
            }
        }

        if (fault is not null)
        {
            throw fault;
        }
    }

    private void Run()
    {
        var readers = new List<IDatagramReader>();
        while (!_stopped.IsSet)
        {
            readers.Clear();
            _poller.Wait(SweepInterval, readers);

            var share = Math.Max(FewestAtOnce, MostAtOnce / Math.Max(1, readers.Count));
            foreach (var reader in readers)
            {
                Read(reader, reader == this ? MostAtOnce : share);
            }

            ForgetIdle();
        }

        _ended.SetResult();
    }

    // A datagram is lost, as datagrams are, when it cannot be passed on.
    private void Read(IDatagramReader reader, int most)
    {
        try
        {
            reader.Read(most);
        }
        catch (ObjectDisposedException)
        {
            // The client was forgotten for another one, a moment ago.
        }
        catch (SocketException)
        {
            // What the system lacks takes a moment to come back.
            _stopped.Wait(Moment);
        }
    }

    private UdpClientSession FindOrAdd(SocketAddress client)
    {
        var now = _time.GetTimestamp();
        if (_sessions.TryGetValue(client, out var session))
        {
            if (!IsIdle(session, now))
            {
                session.LastHeard = now;
                return session;
            }

            Forget(session);
        }
        else if (_sessions.Count >= _maxClients)
        {
            Forget(_sessions.Values.MinBy(candidate => candidate.LastHeard)!);
        }

        return Add(Copy(client), now);
    }

    private UdpClientSession Add(SocketAddress client, long now)
    {
        var session = new UdpClientSession(client, _outside, _target, _batch, _traffic) { LastHeard = now };
        try
        {
            _poller.Add(session.Inside, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }

        _sessions.Add(client, session);
        return session;
    }

    // Called all the time: what looks through the clients, and takes memory for that, is apart.
    private void ForgetIdle()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_sweptAt, now) >= SweepInterval)
        {
            _sweptAt = now;
            Sweep(now);
        }
    }

    private void Sweep(long now)
    {
        foreach (var session in _sessions.Values.Where(session => IsIdle(session, now)).ToArray())
        {
            Forget(session);
        }
    }

    private bool IsIdle(UdpClientSession session, long now) => _time.GetElapsedTime(session.LastHeard, now) > IdleLimit;

    private void Forget(UdpClientSession session)
    {
        _sessions.Remove(session.Client);
        _poller.Remove(session.Inside);
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
