using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>Hands each test ports that no other test and no other program has, below the range the system takes its own from.</summary>
internal static class TestPorts
{
    private const int First = 12_000;
    private const int Last = 20_999;

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
