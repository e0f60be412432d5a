using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>
/// The TCP sockets that listen in a container, asked of the kernel from within the container's network: it goes through those
/// that listen alone, where for the files it walks all connections that the machine could have. Only those may ask who may
/// enter a container's network: root, as a rule.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ListeningSockets
{
    private const int SocketDiagnostics = 4;
    private const ushort ByFamily = 20;
    private const ushort DoneMessage = 3;
    private const ushort DumpRequest = 0x301;
    private const int HeaderBytes = 16;
    private const int RequestBytes = HeaderBytes + 56;
    private const int DescriptionBytes = 72;
    private const int TcpNumber = 6;
    private const uint ListenState = 1 << 10;

    /// <summary>Those that others can reach, or null when this may not be asked.</summary>
    /// <param name="process">The folder of a process in the container, below <c>/proc</c>.</param>
    public static IReadOnlyList<InnerPort>? Find(string process)
    {
        // A thread of its own enters the network, and ends there: none of the others ever sees it.
        IReadOnlyList<InnerPort>? found = null;
        var visitor = new Thread(() => found = FindWithin(process + "/ns/net"), 128 * 1024) { IsBackground = true };
        visitor.Start();
        visitor.Join();
        return found;
    }

    private static List<InnerPort>? FindWithin(string network)
    {
        try
        {
            using var file = File.OpenHandle(network);
            if (Libc.SetNamespace(file, Libc.NetworkNamespace) != 0)
            {
                return null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        var socket = Libc.Socket(Libc.NetlinkFamily, Libc.DatagramSocket | Libc.CloseOnExec, SocketDiagnostics);
        if (socket < 0)
        {
            return null;
        }

        try
        {
            var found = new List<InnerPort>();
            return Ask(socket, Libc.InetFamily, found) && Ask(socket, Libc.Inet6Family, found) ? found : null;
        }
        finally
        {
            _ = Libc.Close(socket);
        }
    }

    private static bool Ask(int socket, int family, List<InnerPort> found)
    {
        Span<byte> request = stackalloc byte[RequestBytes];
        request.Clear();
        MemoryMarshal.Write(request, RequestBytes);
        MemoryMarshal.Write(request[4..], ByFamily);
        MemoryMarshal.Write(request[6..], DumpRequest);
        request[16] = (byte)family;
        request[17] = TcpNumber;
        MemoryMarshal.Write(request[20..], ListenState);
        if (Libc.Send(socket, request, RequestBytes, 0) != RequestBytes)
        {
            return false;
        }

        // The kernel answers such a question before it returns from it: nothing is waited for here.
        Span<byte> answer = stackalloc byte[32 * 1024];
        while (true)
        {
            var length = (int)Libc.Receive(socket, answer, answer.Length, 0);
            if (length <= 0)
            {
                return false;
            }

            if (ReadMessages(answer[..length], found) is { } whole)
            {
                return whole;
            }
        }
    }

    // True or false when the answer is complete, null when more follows.
    private static bool? ReadMessages(ReadOnlySpan<byte> answer, List<InnerPort> found)
    {
        while (answer.Length >= HeaderBytes)
        {
            var length = MemoryMarshal.Read<int>(answer);
            var type = MemoryMarshal.Read<ushort>(answer[4..]);
            if (type != ByFamily || length < HeaderBytes + DescriptionBytes || length > answer.Length)
            {
                return type == DoneMessage;
            }

            Read(answer[HeaderBytes..length], found);
            answer = answer[Math.Min(answer.Length, (length + 3) & ~3)..];
        }

        return null;
    }

    private static void Read(ReadOnlySpan<byte> description, List<InnerPort> found)
    {
        var address = new IPAddress(description.Slice(8, description[0] == Libc.Inet6Family ? 16 : 4));
        if (!IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
        {
            found.Add(new InnerPort(BinaryPrimitives.ReadUInt16BigEndian(description[4..]), PortProtocol.Tcp));
        }
    }
}
