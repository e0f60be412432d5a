using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using PlayFlow.Core.Process.Linux;

namespace PlayFlow.Core.Process.Relay;

/// <summary>Reads datagrams and who sent them without waiting, and without an exception when there is none.</summary>
internal static class DatagramSocket
{
    /// <summary>Reads a datagram, if there is one.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="buffer">Room for any datagram.</param>
    /// <param name="sender">Becomes the sender's address.</param>
    /// <returns>Its length; -1 when there is none.</returns>
    /// <exception cref="SocketException">It could not be read.</exception>
    public static int TryReceive(Socket socket, byte[] buffer, SocketAddress sender)
    {
        if (OperatingSystem.IsLinux())
        {
            return TryReceiveDirectly(socket, buffer, sender);
        }

        return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) ? socket.ReceiveFrom(buffer, SocketFlags.None, sender) : -1;
    }

    // One call of the system in the place of two.
    [SupportedOSPlatform("linux")]
    private static unsafe int TryReceiveDirectly(Socket socket, byte[] buffer, SocketAddress sender)
    {
        fixed (byte* datagram = buffer)
        fixed (byte* address = sender.Buffer.Span)
        {
            var size = sender.Buffer.Length;
            var length = (int)Libc.ReceiveFrom((int)socket.Handle, datagram, buffer.Length, 0, address, &size);
            if (length >= 0)
            {
                sender.Size = size;
                return length;
            }
        }

        var error = Marshal.GetLastPInvokeError();
        return error is Libc.ErrAgain or Libc.ErrInterrupted ? -1 : throw new SocketException(error);
    }
}
