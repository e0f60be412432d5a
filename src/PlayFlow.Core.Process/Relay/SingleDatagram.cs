using System.Net;
using System.Net.Sockets;

namespace PlayFlow.Core.Process.Relay;

/// <summary>One datagram at a time, as every system can.</summary>
internal sealed class SingleDatagram : DatagramBatch
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true);
    private readonly SocketAddress _sender = new(AddressFamily.InterNetworkV6);
    private int _length;

    public override int Capacity => 1;

    public override int Receive(Socket socket, int most)
    {
        if (!socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            return 0;
        }

        if (!socket.Connected)
        {
            _length = socket.ReceiveFrom(_buffer, SocketFlags.None, _sender);
            return 1;
        }

        // A game that is away for the moment is no exception.
        _length = socket.Receive(_buffer, SocketFlags.None, out var error);
        return error == SocketError.Success ? 1 : 0;
    }

    public override int TotalLength(int first, int count) => count * _length;

    public override void CopySender(int index, SocketAddress address)
    {
        address.Size = _sender.Size;
        _sender.Buffer.Span[.._sender.Size].CopyTo(address.Buffer.Span);
    }

    public override bool AreOfOneSender(int one, int other) => true;

    public override void Send(Socket socket, SocketAddress? receiver, int first, int count)
    {
        if (count == 0)
        {
            return;
        }

        var datagram = _buffer.AsSpan(0, _length);
        if (receiver is null)
        {
            socket.Send(datagram, SocketFlags.None, out _);
            return;
        }

        try
        {
            socket.SendTo(datagram, SocketFlags.None, receiver);
        }
        catch (SocketException)
        {
            // There is no room, or no way.
        }
    }

    public override void Dispose()
    {
    }
}
