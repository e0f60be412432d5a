using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>Waits as every system can; what it costs grows with the sockets.</summary>
internal sealed class SelectPoller : ISocketPoller
{
    private readonly Dictionary<Socket, IDatagramReader> _watched = [];
    private readonly List<Socket> _readable = [];

    public void Add(Socket socket, IDatagramReader reader) => _watched.Add(socket, reader);

    public void Remove(Socket socket) => _watched.Remove(socket);

    public void Wait(TimeSpan longest, List<IDatagramReader> readers)
    {
        _readable.Clear();
        _readable.AddRange(_watched.Keys);
        Socket.Select(_readable, null, null, longest);
        foreach (var socket in _readable)
        {
            readers.Add(_watched[socket]);
        }
    }

    public void Dispose()
    {
    }
}
