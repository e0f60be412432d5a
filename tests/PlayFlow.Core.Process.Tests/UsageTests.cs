using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.UnifiedGroups)]
[TestFixture(PlatformKind.WithoutGroups)]
[Platform("Linux")]
public sealed class UsageTests(PlatformKind kind) : ProviderFixture(kind)
{
    private const long Megabyte = 1024 * 1024;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    [Test]
    public async Task Sample_BusyProcess_UsesProcessorTimeAndMemory()
    {
        var id = await LaunchAsync("echo up; while :; do :; done");

        await EventuallyAsync(id, sample => sample.CpuTime > TimeSpan.FromMilliseconds(200));

        var sample = await SampleAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sample?.MemoryBytes, Is.InRange(1, 100 * Megabyte));
            Assert.That(sample?.LoadAverage, Is.Not.Null.And.Not.Negative);
            Assert.That(sample?.TcpConnections, Is.Zero);
            Assert.That(sample?.ReceivedBytes, Is.Null);
            Assert.That(sample?.SentBytes, Is.Null);
        }
    }

    [Test]
    public async Task Sample_IdleProcess_UsesHardlyAny()
    {
        var busy = await LaunchAsync("echo up; while :; do :; done");
        var idle = await LaunchAsync("echo up; exec sleep 600");

        await EventuallyAsync(busy, sample => sample.CpuTime > TimeSpan.FromMilliseconds(300));

        Assert.That((await SampleAsync(idle))?.CpuTime, Is.LessThan(TimeSpan.FromMilliseconds(200)));
    }

    [TestCase("while :; do :; done & wait", TestName = "Sample_ChildOfTheMainProcess_Counts")]
    [TestCase("setsid sh -c 'while :; do :; done' & wait", TestName = "Sample_ChildInItsOwnSession_Counts")]
    [TestCase("(setsid sh -c 'while :; do :; done' &) ; exec sleep 600", TestName = "Sample_ProcessThatLeftTheTree_Counts")]
    public async Task Sample_WholeTree_Counts(string script)
    {
        var id = await LaunchAsync("echo up; " + script);

        await EventuallyAsync(id, sample => sample.CpuTime > TimeSpan.FromMilliseconds(200));
    }

    [Test]
    public async Task Sample_OrphanThatEnded_TimeDoesNotFall()
    {
        var id = await LaunchAsync("(sh -c 'echo $$; echo up; while [ ! -e enough ]; do :; done' &) ; exec sleep 600");
        var orphan = int.Parse(Harness.Observer.Lines(id)[0], CultureInfo.InvariantCulture);
        await EventuallyAsync(id, sample => sample.CpuTime > TimeSpan.FromMilliseconds(200));
        var before = await SampleAsync(id);

        await File.WriteAllTextAsync(Path.Combine(Harness.FilesOf(id), "enough"), string.Empty);
        await Eventually.TrueAsync(() => !ProcessStat.TryRead(orphan, out var stat) || stat.HasEnded, "the orphan to end");

        Assert.That((await SampleAsync(id))?.CpuTime, Is.GreaterThanOrEqualTo(before!.Value.CpuTime!));
    }

    [Test]
    public async Task Sample_ChildThatEnded_IsNotForgotten()
    {
        var id = await LaunchAsync("sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; echo up; exec sleep 600");

        Assert.That((await SampleAsync(id))?.CpuTime, Is.GreaterThan(TimeSpan.FromMilliseconds(20)));
    }

    [Test]
    public async Task Sample_MemoryThatIsHeld_IsSeen()
    {
        // tail keeps its last line, which is the only one.
        var id = await LaunchAsync("echo up; (head -c 100000000 /dev/zero; sleep 600) | tail");
        await EventuallyAsync(id, sample => sample.MemoryBytes > 95_000_000);

        Assert.That((await SampleAsync(id))?.MemoryBytes, Is.LessThan(250_000_000));
    }

    [Test]
    public async Task Sample_TcpConnections_AreCountedWhileTheyLast()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp);
        var other = ProviderHarness.Port(PortProtocol.Tcp);
        var build = Harness.AddEcho();
        var id = await Harness.LaunchAsync(Harness.Request(build, null, [port]));
        var without = await Harness.LaunchAsync(Harness.Request(build, null, [other]));
        await Harness.WaitOpenAsync(id);
        await Harness.WaitOpenAsync(without);

        using (await ConnectAsync(port.ExternalPort))
        using (await ConnectAsync(port.ExternalPort))
        {
            await EventuallyAsync(id, sample => sample.TcpConnections == 2);
            Assert.That((await SampleAsync(without))?.TcpConnections, Is.Zero);
        }

        await EventuallyAsync(id, sample => sample.TcpConnections == 0);
    }

    [Test]
    public async Task Sample_EveryPortRelayed_CountsItsBytes()
    {
        var udp = ProviderHarness.Port(PortProtocol.Udp, name: "game");
        var tcp = ProviderHarness.Port(PortProtocol.Tcp, udp.ExternalPort, udp.InternalPort, "query");
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {udp.InternalPort}", [udp, tcp]));
        await Harness.WaitOpenAsync(id);
        var before = await SampleAsync(id);

        await Network.AskUdpAsync(udp.ExternalPort, "datagram");
        await Network.AskTcpAsync(tcp.ExternalPort, "a stream");
        var after = await SampleAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((before?.ReceivedBytes, before?.SentBytes), Is.EqualTo(((long?)0, (long?)0)));
            Assert.That((after?.ReceivedBytes, after?.SentBytes), Is.EqualTo(((long?)16, (long?)16)));
        }
    }

    [Test]
    public async Task Sample_PortServedByTheGame_HasNoBytes()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), null, [port]));
        await Harness.WaitOpenAsync(id);
        await Network.AskTcpAsync(port.ExternalPort, "a stream");

        var sample = await SampleAsync(id);

        Assert.That((sample?.ReceivedBytes, sample?.SentBytes), Is.EqualTo(((long?)null, (long?)null)));
    }

    [Test]
    public async Task Sample_LaunchThatEnded_IsLeftOut()
    {
        var id = await LaunchAsync("echo up; exec sleep 600");
        await Harness.KillAsync(id);

        Assert.That(await SampleAsync(id), Is.Null);
    }

    [Test]
    public async Task Sample_LaunchOfAnEarlierRun_GoesOnCounting()
    {
        var id = await LaunchAsync("echo up; while :; do :; done");
        await EventuallyAsync(id, sample => sample.CpuTime > TimeSpan.FromMilliseconds(200));
        var before = await SampleAsync(id);
        await Harness.StartAnewAsync();

        Assert.That((await SampleAsync(id))?.CpuTime, Is.GreaterThanOrEqualTo(before!.Value.CpuTime!));
    }

    private async Task<ComputeId> LaunchAsync(string script)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(script)));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Contains("up"), "the script runs");
        return id;
    }

    private async Task<ComputeSample?> SampleAsync(ComputeId id)
    {
        foreach (var reading in await Harness.Provider.SampleAsync(CancellationToken.None))
        {
            if (reading.Id == id)
            {
                return reading.Sample;
            }
        }

        return null;
    }

    private Task EventuallyAsync(ComputeId id, Func<ComputeSample, bool> condition)
    {
        ComputeSample? last = null;
        return Eventually.TrueAsync(
            async () =>
            {
                last = await SampleAsync(id);
                return last is { } sample && condition(sample);
            },
            () => $"a sample as wanted; the last was {last}",
            Step);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }
}
