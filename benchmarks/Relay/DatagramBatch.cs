using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PlayFlow.Benchmarks.Relay;

/// <summary>
/// Messages that are sent, or received, by one call of the system (Linux, 64 bits). One that is sent is a burst of datagrams of one
/// size, which the system cuts up, and comes from an address of the loopback of its own, so that one socket is as many clients.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class DatagramBatch : IDisposable
{
    private const int WaitForOne = 0x10000;
    private const int UdpLevel = 17;
    private const int PacketInfo = 8;
    private const int SegmentSize = 103;

    private const int HeaderBytes = 64;
    private const int VectorBytes = 16;
    private const int PacketInfoBytes = 32;
    private const int ControlBytes = PacketInfoBytes + 24;
    private const int AddressBytes = 16;

    private readonly int _messageBytes;
    private readonly byte* _headers;
    private readonly byte* _messages;

    /// <summary>Room for so many messages to a port of the loopback.</summary>
    public DatagramBatch(int capacity, int messageBytes, int port)
    {
        Capacity = capacity;
        _messageBytes = messageBytes;
        _headers = (byte*)NativeMemory.AllocZeroed((nuint)((capacity * (HeaderBytes + VectorBytes + ControlBytes + messageBytes)) + AddressBytes));
        var vectors = _headers + (capacity * HeaderBytes);
        var controls = vectors + (capacity * VectorBytes);
        var address = controls + (capacity * ControlBytes);
        _messages = address + AddressBytes;
        new byte[] { 2, 0, (byte)(port >> 8), (byte)port, 127, 0, 0, 1 }.CopyTo(new Span<byte>(address, AddressBytes));
        for (var i = 0; i < capacity; i++)
        {
            var header = Header(i);
            *(byte**)header = address;
            *(byte**)(header + 16) = vectors + (i * VectorBytes);
            *(nint*)(header + 24) = 1;
            *(byte**)(header + 32) = controls + (i * ControlBytes);
            *(byte**)Vector(i) = Message(i);
            WriteControl(Control(i), length: 28, level: 0, PacketInfo);
            WriteControl(Control(i) + PacketInfoBytes, length: 18, UdpLevel, SegmentSize);
        }
    }

    public int Capacity { get; }

    /// <summary>What message <paramref name="index"/> carries.</summary>
    public byte* Message(int index) => _messages + (index * _messageBytes);

    /// <summary>Makes message <paramref name="index"/> a burst.</summary>
    /// <param name="index">Which message.</param>
    /// <param name="client">Who sends it, from 0.</param>
    /// <param name="datagrams">How many datagrams.</param>
    /// <param name="bytes">The size of each.</param>
    public void Write(int index, int client, int datagrams, int bytes)
    {
        var header = Header(index);
        *(int*)(header + 8) = AddressBytes;
        *(nint*)(header + 40) = ControlBytes;
        *(nint*)(Vector(index) + 8) = datagrams * bytes;
        var source = Control(index) + 20;
        (source[0], source[1], source[2], source[3]) = (127, 0, 1, (byte)(client + 1));
        *(ushort*)(Control(index) + PacketInfoBytes + 16) = (ushort)bytes;
    }

    /// <summary>Sends the first messages of the batch.</summary>
    public void Send(Socket socket, int count)
    {
        for (var sent = 0; sent < count;)
        {
            var more = SendMany((int)socket.Handle, Header(sent), (uint)(count - sent), 0);
            if (more < 0)
            {
                throw new SocketException(Marshal.GetLastPInvokeError());
            }

            sent += more;
        }
    }

    /// <summary>Waits for one and takes what else is there; 0 when there is none for as long as the socket waits.</summary>
    public int Receive(Socket socket)
    {
        for (var i = 0; i < Capacity; i++)
        {
            *(int*)(Header(i) + 8) = 0;
            *(nint*)(Header(i) + 40) = 0;
            *(nint*)(Vector(i) + 8) = _messageBytes;
        }

        return Math.Max(0, ReceiveMany((int)socket.Handle, Header(0), (uint)Capacity, WaitForOne, null));
    }

    public void Dispose() => NativeMemory.Free(_headers);

    private byte* Header(int index) => _headers + (index * HeaderBytes);

    private byte* Vector(int index) => *(byte**)(Header(index) + 16);

    private byte* Control(int index) => *(byte**)(Header(index) + 32);

    private static void WriteControl(byte* control, nint length, int level, int type)
    {
        *(nint*)control = length;
        *(int*)(control + 8) = level;
        *(int*)(control + 12) = type;
    }

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(int socket, void* headers, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(int socket, void* headers, uint count, int flags, void* timeout);
}
