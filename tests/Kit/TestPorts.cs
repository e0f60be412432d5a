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

    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref s_next) % (Last - First));
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        // A process that is being started would have a copy of the sockets for a moment, and the port would stay taken.
        lock (Starting)
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
        }
    }
}
