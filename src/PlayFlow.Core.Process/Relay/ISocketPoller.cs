using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>Waits for many sockets at once. Used by one thread.</summary>
internal interface ISocketPoller : IDisposable
{
    /// <summary>Watches a socket from now on.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="reader">Handed out by <see cref="Wait"/> when there is something to read, again and again until it is read.</param>
    /// <exception cref="SocketException">The system watches no more.</exception>
    void Add(Socket socket, IDatagramReader reader);

    /// <summary>Watches a socket no longer; before it is closed.</summary>
    void Remove(Socket socket);

    /// <summary>Waits until there is something to read, or for so long, and adds what reads it.</summary>
    void Wait(TimeSpan longest, List<IDatagramReader> readers);
}

/// <summary>What reads a socket.</summary>
internal interface IDatagramReader
{
    /// <summary>Reads so many datagrams at most.</summary>
    /// <exception cref="SocketException">One could not be read or passed on.</exception>
    void Read(int most);
}
