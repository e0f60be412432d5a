using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Compute;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>Stands where TLS would: marks what passes, leads on in plain, and remembers which ports it served.</summary>
internal sealed class MarkingTerminator : ITlsTerminator
{
    /// <summary>What players see before anything else.</summary>
    public const string Mark = "marked:";

    /// <summary>The targets, by external port.</summary>
    public ConcurrentDictionary<int, IPEndPoint> Served { get; } = new();

    /// <summary>Thrown instead of serving, once set.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Thrown when a port is closed, once set.</summary>
    public Exception? FaultAtTheEnd { get; set; }

    public IAsyncDisposable Listen(int port, IPEndPoint target, Action<int> received, Action<int> sent)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        var served = new Port(port, target, () =>
        {
            Served.TryRemove(port, out _);
            if (FaultAtTheEnd is not null)
            {
                throw FaultAtTheEnd;
            }
        });
        Served[port] = target;
        return served;
    }

    private sealed class Port : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly IPEndPoint _target;
        private readonly Action _ended;
        private readonly Task _serving;

        public Port(int port, IPEndPoint target, Action ended)
        {
            (_target, _ended) = (target, ended);
            _listener = new TcpListener(IPAddress.Any, port);
            _listener.Start();
            _serving = ServeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            TestPorts.Apart(_listener.Stop);
            await _serving;
            _ended();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var player = await _listener.AcceptTcpClientAsync();
                    using var game = new TcpClient();
                    await game.ConnectAsync(_target);
                    var (near, far) = (player.GetStream(), game.GetStream());
                    await near.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Mark));
                    await near.CopyToAsync(far);
                    game.Client.Shutdown(SocketShutdown.Send);
                    await far.CopyToAsync(near);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
            {
                // Stopped.
            }
        }
    }
}
