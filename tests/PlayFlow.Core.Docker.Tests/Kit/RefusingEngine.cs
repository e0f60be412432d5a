using System.Net.Sockets;
using System.Text;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>An engine that answers one kind of request with an error, and passes all others on to another engine.</summary>
internal sealed class RefusingEngine : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pfd-refuses-").FullName;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _engine;
    private readonly byte[] _path;
    private Task _serving = Task.CompletedTask;
    private int _refusals;

    private RefusingEngine(DockerEngineProcess engine, string path)
    {
        _engine = new UnixDomainSocketEndPoint(engine.Endpoint.AbsolutePath);
        _path = Encoding.ASCII.GetBytes("POST " + path);
    }

    public Uri Endpoint => new($"unix://{_folder}/engine.sock");

    /// <summary>How many requests it refused.</summary>
    public int Refusals => _refusals;

    /// <summary>Starts one in front of another.</summary>
    public static RefusingEngine Start(DockerEngineProcess engine, string path)
    {
        var refusing = new RefusingEngine(engine, path);
        refusing._listener.Bind(new UnixDomainSocketEndPoint(refusing.Endpoint.AbsolutePath));
        refusing._listener.Listen();
        refusing._serving = refusing.ServeAsync();
        return refusing;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptAsync(_stopped.Token);
            _ = PassAsync(client).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await engine.ConnectAsync(_engine, _stopped.Token);
        using (client)
        {
            await Task.WhenAny(CopyAsync(engine, client, looksAtRequests: false), CopyAsync(client, engine, looksAtRequests: true));
        }
    }

    // A request begins what is received at once: the next one is not sent before the last was answered.
    private async Task CopyAsync(Socket from, Socket to, bool looksAtRequests)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, SocketFlags.None, _stopped.Token) is > 0 and var length)
        {
            if (looksAtRequests && buffer.AsSpan(0, length).StartsWith(_path))
            {
                Interlocked.Increment(ref _refusals);
                await from.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 500 Refused\r\nContent-Length: 21\r\nConnection: close\r\n\r\n{\"message\":\"refused\"}"), _stopped.Token);
                return;
            }

            await to.SendAsync(buffer.AsMemory(0, length), _stopped.Token);
        }
    }
}
