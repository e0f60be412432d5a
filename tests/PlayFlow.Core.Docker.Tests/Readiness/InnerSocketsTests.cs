using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Docker.Readiness;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Tests.Readiness;

/// <summary>Sockets of a container, seen from either side.</summary>
public sealed class InnerSocketsTests
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    [Test]
    public void Table_NamesWhatOthersCanReach()
    {
        var open = new HashSet<InnerPort>();
        SocketTable.Parse(
            Header
                + "   0: 00000000:1E61 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1\n"
                + "   1: 0100007F:1E62 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 2 1\n"
                + "   2: 050011AC:1E63 010011AC:D431 01 00000000:00000000 00:00000000 00000000  1000        0 3 1\n",
            PortProtocol.Tcp, open);
        SocketTable.Parse(
            Header
                + "  10: 00000000000000000000000000000000:1E64 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  1000 0 4 2\n"
                + "  11: 00000000000000000000000001000000:1E65 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  1000 0 5 2\n"
                + "  12: 0000000000000000FFFF00000100007F:1E66 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  1000 0 6 2\n",
            PortProtocol.Udp, open);

        Assert.That(open, Is.EquivalentTo((InnerPort[])[new(0x1E61, PortProtocol.Tcp), new(0x1E64, PortProtocol.Udp)]));
    }

    [Test]
    public async Task Container_SeenFromWithin_ShowsTheSamePorts()
    {
        await using var harness = await DockerHarness.StartAsync();
        var port = DockerHarness.Port(PortProtocol.Tcp);
        var id = await harness.LaunchAsync(harness.Request(harness.AddScript("nc -ll -p 7777 -e cat &\n" + DockerHarness.Waits), null, [port]));
        await harness.WaitOpenAsync(id);
        using var engine = new DockerEngine(harness.Engine.Endpoint, TimeSpan.FromMinutes(2), TimeProvider.System);

        Assert.That(
            await new ExecSockets(engine, await harness.ContainerAsync(id)).FindOpenAsync(PortProtocol.Both, CancellationToken.None),
            Does.Contain(new InnerPort(7777, PortProtocol.Tcp)));
    }

    [Test]
    public async Task Container_AskedOfTheKernel_ShowsWhatTheFilesShow()
    {
        await using var harness = await DockerHarness.StartAsync();
        var port = DockerHarness.Port(PortProtocol.Tcp);
        const string Listens = """
            use Socket;
            for (["127.0.0.1", 7779], ["0.0.0.0", 7778]) {
                my $socket;
                socket($socket, PF_INET, SOCK_STREAM, 0) && bind($socket, pack_sockaddr_in($$_[1], inet_aton($$_[0]))) && listen($socket, 5) or die $!;
                push @all, $socket;
            }
            sleep 1000
            """;
        var id = await harness.LaunchAsync(harness.Request(
            harness.AddScript($"/usr/bin/perl -e '{Listens}' &\nnc -ll -p 7777 -e cat &\n{DockerHarness.Waits}"), null, [port]));
        await harness.WaitOpenAsync(id);
        var container = await harness.ContainerAsync(id);
        var pid = await harness.Engine.DockerAsync("inspect", "-f", "{{.State.Pid}}", container);
        using var turn = new SemaphoreSlim(1);
        var sockets = new ProcSockets(container, long.Parse(pid, System.Globalization.CultureInfo.InvariantCulture), turn);
        IReadOnlyList<InnerPort>? asked = null;
        await Eventually.TrueAsync(
            () => (asked = ListeningSockets.Find("/proc/" + pid)) is not null and { Count: 2 }, "both ports that others can reach");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Is.EquivalentTo((InnerPort[])[new(7777, PortProtocol.Tcp), new(7778, PortProtocol.Tcp)]));
            Assert.That(sockets.FindOpenInFiles(PortProtocol.Tcp), Is.EquivalentTo(asked!));
            Assert.That(await sockets.FindOpenAsync(PortProtocol.Both, CancellationToken.None), Is.EquivalentTo(asked!));
        }
    }

    [Test]
    public void Network_ThatIsNotThere_TellsNothing() => Assert.That(ListeningSockets.Find("/proc/none"), Is.Null);

    [Test]
    public async Task Container_WithoutCat_CannotBeSeenFromWithin()
    {
        var engine = await SharedEngine.GetAsync();
        var root = Directory.CreateTempSubdirectory("pfd-bare-").FullName;
        File.Copy("/bin/busybox", Path.Combine(root, "sleep"));
        await engine.ImportAsync(root, "playflow-test/bare:1");
        Directory.Delete(root, recursive: true);
        var container = await engine.DockerAsync("run", "-d", "playflow-test/bare:1", "/sleep", "1000");
        using var client = new DockerEngine(engine.Endpoint, TimeSpan.FromMinutes(2), TimeProvider.System);

        Assert.That(await new ExecSockets(client, container).FindOpenAsync(PortProtocol.Both, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Process_ThatIsAnothers_TellsNothing()
    {
        using var turn = new SemaphoreSlim(1);
        Assert.That(
            await new ProcSockets(new string('a', 64), Environment.ProcessId, turn).FindOpenAsync(PortProtocol.Both, CancellationToken.None), Is.Null);
    }
}
