using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Process.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Linux;

[TestFixture(true)]
[TestFixture(false)]
[Platform("Linux")]
public sealed class SocketTableTests(bool netlink)
{
    private readonly ISocketTable _table = netlink ? SocketDiagnostics.TryOpen()! : new ProcNetSockets();

    [TearDown]
    public void End() => (_table as IDisposable)?.Dispose();

    [TestCase("0.0.0.0", PortProtocol.Udp, "127.0.0.1")]
    [TestCase("0.0.0.0", PortProtocol.Tcp, "127.0.0.1")]
    [TestCase("127.0.0.1", PortProtocol.Udp, "127.0.0.1")]
    [TestCase("127.0.0.2", PortProtocol.Tcp, "127.0.0.2")]
    [TestCase("::", PortProtocol.Udp, "127.0.0.1")]
    [TestCase("::", PortProtocol.Tcp, "127.0.0.1")]
    [TestCase("::1", PortProtocol.Udp, "::1")]
    [TestCase("::1", PortProtocol.Tcp, "::1")]
    public void Find_BoundSocket_TellsItsOwnerAndAnAddress(string address, PortProtocol protocol, string reached)
    {
        var port = TestPorts.Next();
        Assert.That(_table.FindOnLoopback(port, protocol), Is.Empty);
        using var socket = Bind(IPAddress.Parse(address), port, protocol);

        var found = _table.Find(port, protocol);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Select(s => s.LoopbackAddress.ToString()), Is.EqualTo(new[] { reached }));
            Assert.That(SocketOwners.Holds(Environment.ProcessId, found[0].Inode), Is.True);
            Assert.That(SocketOwners.Holds(Environment.ProcessId, found[0].Inode + 1_000_000), Is.False);
            Assert.That(SocketOwners.Holds(Environment.ProcessId, 0), Is.False);
            Assert.That(_table.FindOnLoopback(port, protocol).Distinct(), Is.EqualTo(netlink && address == "127.0.0.2" ? [] : found));
            Assert.That(_table.Find(port, protocol == PortProtocol.Tcp ? PortProtocol.Udp : PortProtocol.Tcp), Is.Empty);
        }
    }

    [Test]
    public void Find_StreamSocketThatDoesNotListen_IsNotThere()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var port = TestPorts.Next();
        socket.Bind(new IPEndPoint(IPAddress.Any, port));

        Assert.That(_table.FindOnLoopback(port, PortProtocol.Tcp), Is.Empty);
        Assert.That(_table.Find(port, PortProtocol.Tcp), Is.Empty);
    }

    [Test]
    public void Find_SocketAmongManyDescriptors_TellsItsOwner()
    {
        var others = new List<SafeFileHandle>();
        try
        {
            others.AddRange(Enumerable.Range(0, 1_000).Select(_ => File.OpenHandle("/dev/null")));
            var port = TestPorts.Next();
            using var socket = Bind(IPAddress.Loopback, port, PortProtocol.Udp);

            Assert.That(SocketOwners.Holds(Environment.ProcessId, _table.Find(port, PortProtocol.Udp)[0].Inode), Is.True);
        }
        finally
        {
            others.ForEach(other => other.Dispose());
        }
    }

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    public void TryFindConnections_HasBothEndsOfAConnectionAndNoListener(string address)
    {
        using var listener = Bind(IPAddress.Parse(address), TestPorts.Next(), PortProtocol.Tcp);
        using var client = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using var accepted = listener.Accept();

        var connections = new HashSet<uint>();
        Assert.That(_table.TryFindConnections(connections), Is.True);
        var before = connections.Count;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(connections, Does.Not.Contain(0u));
            Assert.That(SocketOwners.Take(Environment.ProcessId, connections), Is.GreaterThanOrEqualTo(2));
            Assert.That(connections, Has.Count.LessThanOrEqualTo(before - 2));
            Assert.That(SocketOwners.Take(Environment.ProcessId, connections), Is.Zero);
            Assert.That(SocketOwners.Take(int.MaxValue, [1]), Is.Zero);
        }
    }

    private static Socket Bind(IPAddress address, int port, PortProtocol protocol)
    {
        var tcp = protocol == PortProtocol.Tcp;
        var socket = new Socket(address.AddressFamily, tcp ? SocketType.Stream : SocketType.Dgram, tcp ? ProtocolType.Tcp : ProtocolType.Udp);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        socket.Bind(new IPEndPoint(address, port));
        if (tcp)
        {
            socket.Listen();
        }

        return socket;
    }
}
