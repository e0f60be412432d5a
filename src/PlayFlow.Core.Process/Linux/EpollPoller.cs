using System.Net.Sockets;
using System.Runtime.Versioning;
using PlayFlow.Core.Process.Relay;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Waits by epoll: what it costs is the same for any number of sockets.</summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollPoller : ISocketPoller
{
    private readonly Dictionary<int, IDatagramReader> _watched = [];
    private readonly Epoll _epoll = new();

    public void Add(Socket socket, IDatagramReader reader)
    {
        var descriptor = (int)socket.Handle;
        if (!_epoll.TryAdd(descriptor))
        {
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable, "The system watches no more sockets.");
        }

        _watched.Add(descriptor, reader);
    }

    public void Remove(Socket socket)
    {
        var descriptor = (int)socket.Handle;
        _watched.Remove(descriptor);
        _epoll.Remove(descriptor);
    }

    public void Wait(TimeSpan longest, List<IDatagramReader> readers)
    {
        foreach (var descriptor in _epoll.Wait(longest))
        {
            readers.Add(_watched[descriptor]);
        }
    }

    public void Dispose() => _epoll.Dispose();
}
