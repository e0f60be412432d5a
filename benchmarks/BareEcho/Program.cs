// The floor the relay is measured beside, and the game behind it: one socket, one thread, nothing allocated for a datagram.
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
socket.ReceiveBufferSize = 1 << 20;
socket.Bind(new IPEndPoint(IPAddress.Any, int.Parse(args[0], CultureInfo.InvariantCulture)));
var buffer = new byte[65_535];
var sender = new SocketAddress(AddressFamily.InterNetwork);
while (true)
{
    var length = socket.ReceiveFrom(buffer, SocketFlags.None, sender);
    socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, sender);
}
