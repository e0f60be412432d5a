using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Readiness;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// The machine's sockets, asked of the kernel by netlink <c>sock_diag</c>: a few microseconds a port, no privileges needed.
/// Where the kernel refuses, <see cref="ProcNetSockets"/> reads the same from files.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SocketDiagnostics : ISocketTable, IDisposable
{
    private const int SocketDiagnosticsProtocol = 4;
    private const int DatagramSocket = 2;
    private const ushort SocketDiagnosticsByFamily = 20;
    private const ushort ErrorMessage = 2;
    private const ushort DoneMessage = 3;
    private const ushort RequestFlag = 1;
    private const ushort DumpFlag = 0x300;
    private const int HeaderBytes = 16;
    private const int RequestBytes = HeaderBytes + 56;
    private const int DescriptionBytes = 72;
    private const ushort V6OnlyAttribute = 11;
    private const int TcpNumber = 6;
    private const int UdpNumber = 17;
    private const uint ListenState = 1 << 10;
    private const uint UnconnectedState = 1 << 7;
    private const uint EstablishedState = 1 << 1;

    private readonly Lock _lock = new();
    private readonly byte[] _answer = GC.AllocateUninitializedArray<byte>(32 * 1024, pinned: true);
    private int _socket;
    private uint _sequence;

    private SocketDiagnostics(int socket) => _socket = socket;

    /// <summary>Opens the way to the kernel; null when it refuses.</summary>
    public static SocketDiagnostics? TryOpen()
    {
        var socket = Libc.Socket(Libc.NetlinkFamily, DatagramSocket | Libc.CloseOnExec, SocketDiagnosticsProtocol);
        if (socket < 0)
        {
            return null;
        }

        var diagnostics = new SocketDiagnostics(socket);
        diagnostics.SetReceiveTimeout();
        if (diagnostics.TryFind(Libc.InetFamily, 1, PortProtocol.Tcp, []) && diagnostics.TryFind(Libc.InetFamily, 1, PortProtocol.Udp, []))
        {
            return diagnostics;
        }

        diagnostics.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoundSocket> FindOnLoopback(int port, PortProtocol protocol)
    {
        List<BoundSocket>? found = null;
        bool isAnswered;
        lock (_lock)
        {
            isAnswered = TryFindOneLocked(Libc.InetFamily, port, protocol, ref found) && TryFindOneLocked(Libc.Inet6Family, port, protocol, ref found);
        }

        return isAnswered ? found ?? [] : Find(port, protocol);
    }

    /// <inheritdoc/>
    public IReadOnlyList<BoundSocket> Find(int port, PortProtocol protocol)
    {
        var found = new List<BoundSocket>();
        TryFind(Libc.InetFamily, port, protocol, found);
        TryFind(Libc.Inet6Family, port, protocol, found);
        return found;
    }

    /// <inheritdoc/>
    public bool TryFindConnections(HashSet<uint> inodes)
    {
        lock (_lock)
        {
            return AskLocked(Libc.InetFamily) && AskLocked(Libc.Inet6Family);
        }

        bool AskLocked(int family) => SendLocked(family, 0, PortProtocol.Tcp, EstablishedState, dump: true) && ReceiveAllLocked(
            inodes,
            static (description, inodes) =>
            {
                // One that the game has not accepted yet belongs to no process.
                if (ReadInode(description) is not 0 and var inode)
                {
                    inodes.Add(inode);
                }
            });
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_socket >= 0)
            {
                _ = Libc.Close(_socket);
                _socket = -1;
            }
        }
    }

    private bool TryFind(int family, int port, PortProtocol protocol, List<BoundSocket> found)
    {
        lock (_lock)
        {
            return SendLocked(family, port, protocol, BoundStates(protocol), dump: true)
                && ReceiveAllLocked((port, protocol, found), static (description, asked) => ReadBound(description, asked.port, asked.protocol, asked.found));
        }
    }

    private bool ReceiveAllLocked<T>(T state, ReadOnlySpanAction<byte, T> read)
    {
        while (true)
        {
            var length = ReceiveLocked();
            if (length <= 0)
            {
                return false;
            }

            if (ReadMessages(_answer.AsSpan(0, length), state, read) is { } whole)
            {
                return whole;
            }
        }
    }

    // True or false when the answer is complete, null when more follows.
    private bool? ReadMessages<T>(ReadOnlySpan<byte> answer, T state, ReadOnlySpanAction<byte, T> read)
    {
        while (answer.Length >= HeaderBytes)
        {
            var length = MemoryMarshal.Read<int>(answer);
            var type = MemoryMarshal.Read<ushort>(answer[4..]);
            var sequence = MemoryMarshal.Read<uint>(answer[8..]);
            if (length < HeaderBytes || length > answer.Length)
            {
                return false;
            }

            if (sequence == _sequence)
            {
                if (type is DoneMessage or ErrorMessage)
                {
                    return type == DoneMessage;
                }

                if (type == SocketDiagnosticsByFamily && length >= HeaderBytes + DescriptionBytes)
                {
                    read(answer[HeaderBytes..length], state);
                }
            }

            answer = answer[Math.Min(answer.Length, (length + 3) & ~3)..];
        }

        return null;
    }

    private static void ReadBound(ReadOnlySpan<byte> description, int port, PortProtocol protocol, List<BoundSocket> found)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(description[4..]) != port)
        {
            return;
        }

        var isV6 = description[0] == Libc.Inet6Family;
        var address = new IPAddress(description.Slice(8, isV6 ? 16 : 4));
        var reached = Reach(address, isV6 && IsV6Only(description[DescriptionBytes..]));
        found.Add(new BoundSocket(reached, port, protocol, ReadInode(description)));
    }

    private static uint ReadInode(ReadOnlySpan<byte> description) => MemoryMarshal.Read<uint>(description[68..]);

    private static uint BoundStates(PortProtocol protocol) => protocol == PortProtocol.Tcp ? ListenState : UnconnectedState;

    /// <summary>The loopback for a socket on all addresses; a socket on one address is reached by that.</summary>
    internal static IPAddress Reach(IPAddress address, bool v6Only) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Equals(IPAddress.IPv6Any) ? (v6Only ? IPAddress.IPv6Loopback : IPAddress.Loopback)
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;

    private static bool IsV6Only(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= 4)
        {
            var length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                return false;
            }

            if (MemoryMarshal.Read<ushort>(attributes[2..]) == V6OnlyAttribute)
            {
                return length > 4 && attributes[4] != 0;
            }

            attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        }

        return false;
    }

    // True when the kernel has answered: with the socket, or that there is none.
    private bool TryFindOneLocked(int family, int port, PortProtocol protocol, ref List<BoundSocket>? found)
    {
        if (!SendLocked(family, port, protocol, BoundStates(protocol), dump: false))
        {
            return false;
        }

        int length;
        while ((length = ReceiveLocked()) >= HeaderBytes)
        {
            if (MemoryMarshal.Read<uint>(_answer.AsSpan(8)) != _sequence)
            {
                continue;
            }

            if (MemoryMarshal.Read<ushort>(_answer.AsSpan(4)) == SocketDiagnosticsByFamily && length >= HeaderBytes + DescriptionBytes)
            {
                ReadBound(_answer.AsSpan(HeaderBytes, length - HeaderBytes), port, protocol, found ??= []);
            }

            return true;
        }

        return false;
    }

    private bool SendLocked(int family, int port, PortProtocol protocol, uint states, bool dump)
    {
        var message = stackalloc byte[RequestBytes];
        var request = new Span<byte>(message, RequestBytes);
        request.Clear();
        MemoryMarshal.Write(request, RequestBytes);
        MemoryMarshal.Write(request[4..], SocketDiagnosticsByFamily);
        MemoryMarshal.Write(request[6..], (ushort)(RequestFlag | (dump ? DumpFlag : 0)));
        MemoryMarshal.Write(request[8..], ++_sequence);
        var tcp = protocol == PortProtocol.Tcp;
        request[16] = (byte)family;
        request[17] = (byte)(tcp ? TcpNumber : UdpNumber);
        MemoryMarshal.Write(request[20..], states);

        // The identity asked for: ports at 24 and 26, addresses at 28 and 44, interface at 60, cookie at 64. A question for one
        // UDP socket has the two ends the other way round: the kernel looks up as if the request were a datagram that came in.
        var local = dump || tcp ? 0 : 1;
        BinaryPrimitives.WriteUInt16BigEndian(request[(24 + (2 * local))..], (ushort)port);
        if (!dump)
        {
            var loopback = family == Libc.InetFamily ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            loopback.TryWriteBytes(request[(28 + (16 * local))..], out _);
        }

        request.Slice(64, 8).Fill(0xff);
        return Libc.Send(_socket, message, RequestBytes, 0) == RequestBytes;
    }

    private int ReceiveLocked()
    {
        fixed (byte* answer = _answer)
        {
            nint length;
            do
            {
                length = Libc.Receive(_socket, answer, _answer.Length, 0);
            }
            while (length < 0 && Marshal.GetLastPInvokeError() == Libc.ErrInterrupted);

            return (int)length;
        }
    }

    private void SetReceiveTimeout()
    {
        const int socketLevel = 1;
        const int receiveTimeout = 20;
        var timeout = new Libc.TimeSpec { Seconds = 1 };
        _ = Libc.SetSocketOption(_socket, socketLevel, receiveTimeout, &timeout, sizeof(Libc.TimeSpec));
    }
}
