using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Process.Relay;

namespace PlayFlow.Core.Process.Tests.Relay;

[TestFixture(false)]
[TestFixture(true)]
public sealed class DatagramBatchTests(bool isPortable)
{
    private const int SocketLevel = 1;
    private const int NoChecksum = 11;

    private readonly Socket _from = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _here = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _to = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly DatagramBatch _batch = isPortable ? new SingleDatagram() : DatagramBatch.Create();

    [SetUp]
    public void Connect()
    {
        Bind(_from);
        Bind(_here);
        Bind(_to);
        _from.Connect(_here.LocalEndPoint!);
        _here.Blocking = false;
        _to.ReceiveTimeout = (int)TimeSpan.FromSeconds(30).TotalMilliseconds;
    }

    [TearDown]
    public void End()
    {
        _batch.Dispose();
        _from.Dispose();
        _here.Dispose();
        _to.Dispose();
    }

    [TestCase(0)]
    [TestCase(1, 1, 1)]
    [TestCase(100, 100, 7)]
    [TestCase(100, 7, 100, 7, 7)]
    [TestCase(0, 0, 5, 5, 0, 5)]
    [TestCase(30_000, 30_000, 30_000, 30_000)]
    public void Datagrams_OfAnySizes_GoOnOneByOneAsTheyCame(params int[] sizes)
    {
        using var way = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        way.Connect(_to.LocalEndPoint!);

        Assert.That(PassedOn(way, null, sizes), Is.EqualTo(Datagrams(sizes)));
    }

    [Test]
    public void Datagrams_ToAnAddress_GoOnOneByOneAsTheyCame()
    {
        int[] sizes = [50, 50, 50, 20, 50];

        Assert.That(PassedOn(_here, _to.LocalEndPoint!.Serialize(), sizes), Is.EqualTo(Datagrams(sizes)));
    }

    // Without checksums, as on some ways out, the system cuts nothing up.
    [Test]
    public void Datagrams_ByAWayThatTakesThemOnlyOneByOne_GoOnAsTheyCame()
    {
        Assume.That(OperatingSystem.IsLinux());
        int[] sizes = [50, 50, 50];
        using var way = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        way.SetRawSocketOption(SocketLevel, NoChecksum, BitConverter.GetBytes(1));
        way.Connect(_to.LocalEndPoint!);

        Assert.That(PassedOn(way, null, sizes), Is.EqualTo(Datagrams(sizes)));
    }

    [Test]
    public void Senders_AreToldApart()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Connect(_here.LocalEndPoint!);
        _from.Send([1]);
        _from.Send([2]);
        other.Send([3]);

        var senders = new List<string>();
        for (int count; senders.Count < 3 && (count = _batch.Receive(_here, 3)) > 0;)
        {
            for (var i = 0; i < count; i++)
            {
                var sender = new SocketAddress(AddressFamily.InterNetworkV6);
                _batch.CopySender(i, sender);
                Assert.That(i > 0 && _batch.AreOfOneSender(i - 1, i), Is.EqualTo(i > 0 && senders[^1] == sender.ToString()));
                senders.Add(sender.ToString());
            }
        }

        var (one, two) = ($"{_from.LocalEndPoint!.Serialize()}", $"{other.LocalEndPoint!.Serialize()}");
        Assert.That(senders, Is.EqualTo(new[] { one, one, two }));
    }

    [Test]
    public void Receive_TakesNoMoreThanAskedFor_AndNothingWhenThereIsNone()
    {
        var none = _batch.Receive(_here, 2);
        for (var i = 0; i < 3; i++)
        {
            _from.Send([1]);
        }

        var asked = Math.Min(2, _batch.Capacity);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(none, Is.Zero);
            Assert.That(_batch.Receive(_here, 2), Is.EqualTo(asked));
            Assert.That(_batch.TotalLength(0, asked), Is.EqualTo(asked));
            Assert.That(_batch.Receive(_here, 2), Is.EqualTo(1));
        }
    }

    private List<byte[]> PassedOn(Socket way, SocketAddress? receiver, int[] sizes)
    {
        foreach (var datagram in Datagrams(sizes))
        {
            _from.Send(datagram);
        }

        for (int left = sizes.Length, count; left > 0 && (count = _batch.Receive(_here, left)) > 0; left -= count)
        {
            _batch.Send(way, receiver, 0, count);
        }

        var buffer = new byte[65_535];
        return [.. sizes.Select(_ => buffer[.._to.Receive(buffer)])];
    }

    private static List<byte[]> Datagrams(int[] sizes)
    {
        var random = new Random(1);
        return [.. sizes.Select(size =>
        {
            var datagram = new byte[size];
            random.NextBytes(datagram);
            return datagram;
        })];
    }

    private static void Bind(Socket socket)
    {
        socket.ReceiveBufferSize = 1 << 20;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }
}
