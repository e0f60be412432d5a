using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Tests.Kit;

/// <summary>
/// Hands each test ports that no other test and no other program has, below the range the system takes its own from. Each project
/// of tests says which range is its own, since they may run side by side, and what it holds while it starts a process.
/// </summary>
internal static partial class TestPorts
{
    private static int s_next = First + (Environment.ProcessId * 61 % (Last - First));

    public static int Next() => Next(1);

    /// <summary>Ports in a row, as an emulator is told which are its own.</summary>
    public static string Range(int count)
    {
        var first = Next(count);
        return FormattableString.Invariant($"{first}-{first + count - 1}");
    }

    /// <summary>
    /// Does something with a port while no process is being started: one that is would have a copy of every socket for a moment, and
    /// a port that was let go of would stay taken.
    /// </summary>
    public static T Apart<T>(Func<T> action)
    {
        lock (Starting)
        {
            return action();
        }
    }

    /// <inheritdoc cref="Apart{T}"/>
    public static void Apart(Action action)
    {
        lock (Starting)
        {
            action();
        }
    }

    private static int Next(int count)
    {
        while (true)
        {
            var last = First + (Interlocked.Add(ref s_next, count) % (Last - First));
            if (last - count >= First && Enumerable.Range(last - count + 1, count).All(IsFree))
            {
                return last - count + 1;
            }
        }
    }

    private static bool IsFree(int port) => Apart(() =>
    {
        try
        {
            using var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var udp = new Socket(SocketType.Dgram, ProtocolType.Udp);
            var any = tcp.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
            tcp.Bind(new IPEndPoint(any, port));
            udp.Bind(new IPEndPoint(any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });
}
