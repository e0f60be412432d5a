using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PlayFlow.Core.Process.Relay;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// Datagrams that one call of the system reads. Those of one size that go to the same receiver are sent as one message, which the
/// kernel cuts up again where they leave or arrive (UDP_SEGMENT): most of what a datagram costs is its way through the kernel.
/// </summary>
/// <remarks>
/// There is room for the largest datagrams, and the system gives memory for what arrives: usually a page each, of as many as have ever
/// arrived at once.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxDatagramBatch : DatagramBatch
{
    private const int Most = 64;
    private const int AddressBytes = 28;

    // A message of many is as large as one can be, headers included.
    private const int LargestMessage = 65_000;

    // An older kernel would send the whole as one datagram.
    private static readonly bool CutsUp = KnowsSegments();

    private readonly byte* _datagrams = (byte*)NativeMemory.Alloc(Most * LargestDatagram);
    private readonly byte* _senders = (byte*)NativeMemory.AllocZeroed(Most * AddressBytes);
    private readonly Libc.ReceivedMessage* _received = Allocate<Libc.ReceivedMessage>(Most);
    private readonly Libc.IoVector* _room = Allocate<Libc.IoVector>(Most);
    private readonly Libc.IoVector* _sent = Allocate<Libc.IoVector>(Most);
    private readonly Libc.SegmentSize* _segmentSize = Allocate<Libc.SegmentSize>(1);

    public LinuxDatagramBatch()
    {
        for (var i = 0; i < Most; i++)
        {
            _room[i] = new Libc.IoVector { Start = _datagrams + (i * LargestDatagram), Length = LargestDatagram };
            _sent[i] = _room[i];
            _received[i].Header = new Libc.MessageHeader { Name = _senders + (i * AddressBytes), Vectors = _room + i, VectorCount = 1 };
        }

        *_segmentSize = Libc.SegmentSize.Of(0);
    }

    public override int Capacity => Most;

    public override int Receive(Socket socket, int most)
    {
        most = Math.Min(most, Most);
        for (var i = 0; i < most; i++)
        {
            _received[i].Header.NameLength = AddressBytes;
        }

        var count = Libc.ReceiveMessages((int)socket.Handle, _received, (uint)most, Libc.DoNotWait, null);
        if (count < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is Libc.ErrAgain or Libc.ErrInterrupted or Libc.ErrConnectionRefused ? 0 : throw new SocketException(error);
        }

        for (var i = 0; i < count; i++)
        {
            _sent[i].Length = (nint)_received[i].Length;
        }

        return count;
    }

    public override int TotalLength(int first, int count)
    {
        nint total = 0;
        for (var i = first; i < first + count; i++)
        {
            total += _sent[i].Length;
        }

        return (int)total;
    }

    public override void CopySender(int index, SocketAddress address)
    {
        var sender = Sender(index);
        address.Size = sender.Length;
        sender.CopyTo(address.Buffer.Span);
    }

    public override bool AreOfOneSender(int one, int other) => Sender(one).SequenceEqual(Sender(other));

    public override void Send(Socket socket, SocketAddress? receiver, int first, int count)
    {
        fixed (byte* address = receiver is null ? default : receiver.Buffer.Span)
        {
            var message = new Libc.MessageHeader { Name = address, NameLength = receiver?.Size ?? 0 };
            for (int run, end = first + count; first < end; first += run)
            {
                run = Run(first, end);
                if (!TrySend(socket, &message, first, run) && run > 1)
                {
                    // Not every way out can cut a message up, or datagrams of this size.
                    for (var i = first; i < first + run; i++)
                    {
                        TrySend(socket, &message, i, 1);
                    }
                }
            }
        }
    }

    public override void Dispose()
    {
        NativeMemory.Free(_datagrams);
        NativeMemory.Free(_senders);
        NativeMemory.Free(_received);
        NativeMemory.Free(_room);
        NativeMemory.Free(_sent);
        NativeMemory.Free(_segmentSize);
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)(count * sizeof(T)));

    private ReadOnlySpan<byte> Sender(int index) => new(_senders + (index * AddressBytes), _received[index].Header.NameLength);

    // How many go as one message: of one size, but that the last may be shorter.
    private int Run(int first, int end)
    {
        var size = _sent[first].Length;
        var total = size;
        var next = first + 1;
        while (CutsUp && size > 0 && next < end && _sent[next].Length is var length && length > 0 && length <= size && total + length <= LargestMessage)
        {
            total += length;
            next++;
            if (length < size)
            {
                break;
            }
        }

        return next - first;
    }

    private bool TrySend(Socket socket, Libc.MessageHeader* message, int first, int count)
    {
        _segmentSize->Value = (ushort)_sent[first].Length;
        message->Vectors = _sent + first;
        message->VectorCount = count;
        message->Control = count > 1 ? _segmentSize : null;
        message->ControlLength = count > 1 ? sizeof(Libc.SegmentSize) : 0;
        return Libc.SendMessage((int)socket.Handle, message, Libc.DoNotWait) >= 0;
    }

    private static bool KnowsSegments()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Span<byte> size = stackalloc byte[sizeof(int)];
        fixed (byte* value = size)
        {
            var length = size.Length;
            return Libc.GetSocketOption((int)socket.Handle, Libc.UdpLevel, Libc.UdpSegment, value, &length) == 0;
        }
    }
}
