using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Process.Linux;

namespace PlayFlow.Core.Process.Relay;

/// <summary>The datagrams that one look at a socket brought, to be passed on. Used by one thread.</summary>
internal abstract class DatagramBatch : IDisposable
{
    /// <summary>Room for any datagram.</summary>
    protected const int LargestDatagram = 65_535;

    /// <summary>What suits this system best.</summary>
    public static DatagramBatch Create() => OperatingSystem.IsLinux() ? new LinuxDatagramBatch() : new SingleDatagram();

    /// <summary>How many there is room for.</summary>
    public abstract int Capacity { get; }

    /// <summary>Replaces them by what there is to read, without waiting.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="most">At most so many, and <see cref="Capacity"/>; from 1.</param>
    /// <returns>How many they are now; fewer than asked for when that is all there is.</returns>
    /// <exception cref="SocketException">It could not be read.</exception>
    public abstract int Receive(Socket socket, int most);

    /// <summary>Reads until nothing is left, or enough is read, and has each look's datagrams passed on.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="most">How many are enough; from 1.</param>
    /// <param name="pass">Passes all of them on, which are so many; they may be none.</param>
    /// <exception cref="SocketException">It could not be read.</exception>
    public void Read(Socket socket, int most, Action<int> pass)
    {
        int count;
        do
        {
            count = Receive(socket, most);
            pass(count);
            most -= count;
        }
        while (most > 0 && count == Capacity);
    }

    /// <summary>How many bytes some that follow one another have together.</summary>
    public abstract int TotalLength(int first, int count);

    /// <summary>Makes an address that of the sender of one of them, which came by a socket that is not connected.</summary>
    public abstract void CopySender(int index, SocketAddress address);

    /// <summary>True when both are of the same sender.</summary>
    public abstract bool AreOfOneSender(int one, int other);

    /// <summary>Passes some that follow one another on. What the system does not take is lost, as datagrams are.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="receiver">Where to; null when the socket is connected.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many; may be none.</param>
    public abstract void Send(Socket socket, SocketAddress? receiver, int first, int count);

    /// <inheritdoc/>
    public abstract void Dispose();
}
