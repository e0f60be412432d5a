using System.Net.Sockets;
using PlayFlow.Core.Process.Relay;

namespace PlayFlow.Core.Process.Tests.Relay;

/// <summary>A poller that can be full, as the system's may be, and that hands nothing out while it is paused.</summary>
internal sealed class FullPoller(ISocketPoller inner) : ISocketPoller
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();

    public volatile bool IsFull;

    public Lock.Scope Pause() => _lock.EnterScope();

    public void Add(Socket socket, IDatagramReader reader)
    {
        if (IsFull)
        {
            throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }

        inner.Add(socket, reader);
    }

    public void Remove(Socket socket) => inner.Remove(socket);

    public void Wait(TimeSpan longest, List<IDatagramReader> readers)
    {
        inner.Wait(Moment, readers);
        lock (_lock)
        {
        }
    }

    public void Dispose()
    {
    }
}
