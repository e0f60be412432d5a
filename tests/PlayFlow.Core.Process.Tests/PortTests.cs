using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.WithoutGroups)]
[Platform("Linux")]
public sealed class PortTests(PlatformKind kind) : ProviderFixture(kind)
{
    [Test]
    public async Task Relay_ServerThatIgnoresItsGivenPort_IsReachedByBothTransports()
    {
        var udp = ProviderHarness.Port(PortProtocol.Udp, name: "game");
        var tcp = ProviderHarness.Port(PortProtocol.Tcp, udp.ExternalPort, udp.InternalPort, "query");
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {udp.InternalPort}", [udp, tcp]));

        await Harness.WaitOpenAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Network.AskUdpAsync(udp.ExternalPort, "datagram"), Is.EqualTo("datagram"));
            Assert.That(await Network.AskTcpAsync(tcp.ExternalPort, "stream"), Is.EqualTo("stream"));
        }
    }

    [Test]
    public async Task Relay_AfterTheEnd_PortIsFree()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {port.InternalPort}", [port]));
        await Harness.WaitOpenAsync(id);
        Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.ExternalPort, PortProtocol.Tcp), Is.False);

        await Harness.KillAsync(id);

        Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.ExternalPort, PortProtocol.Both), Is.True);
        Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.InternalPort, PortProtocol.Both), Is.True);
    }

    [Test]
    public async Task Conflict_SecondServerOnTheSameInternalPort_EndsAsUnavailable()
    {
        var build = Harness.AddEcho();
        var first = ProviderHarness.Port();
        var second = ProviderHarness.Port(@internal: first.InternalPort);
        var served = await Harness.LaunchAsync(Harness.Request(build, $"--ignore-ports --port {first.InternalPort}", [first]));
        await Harness.WaitOpenAsync(served);

        var id = await Harness.LaunchAsync(Harness.Request(build, $"--ignore-ports --port {first.InternalPort}", [second]));
        var exit = await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Failure, Is.EqualTo(StopReason.PortUnavailable));
            Assert.That(exit.Message, Does.Contain("PLAYFLOW_PORT_GAME").And.Contain("{port:game}").And.Contain($"{first.InternalPort}"));
            Assert.That(await Network.AskUdpAsync(first.ExternalPort, "still here"), Is.EqualTo("still here"));
        }
    }

    [Test]
    public async Task Conflict_ServerThatHonoursItsPort_IsNotTroubledByAnotherOnTheInternalOne()
    {
        var first = ProviderHarness.Port();
        var second = ProviderHarness.Port(@internal: first.InternalPort);
        var relayed = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {first.InternalPort}", [first]));
        await Harness.WaitOpenAsync(relayed);

        // Another build: one that was seen to ignore its port has five seconds to do better.
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), null, [second]));
        await Harness.WaitOpenAsync(id);

        Assert.That(await Network.AskUdpAsync(second.ExternalPort, "direct"), Is.EqualTo("direct"));
    }

    [Test]
    public async Task Conflict_ServerThatRunsOnWithoutPorts_EndsAsUnavailable()
    {
        Harness.PortConflictTimeout = TimeSpan.FromSeconds(2);
        await Harness.StartAnewAsync();
        using var stranger = Bind(SocketType.Dgram, ProtocolType.Udp, out var held);
        var port = ProviderHarness.Port(@internal: held);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exec sleep 600"), null, [port]));

        var exit = await Harness.WaitEndedAsync(id);

        Assert.That(exit.Failure, Is.EqualTo(StopReason.PortUnavailable));
    }

    [Test]
    public async Task Conflict_ServerWhosePortIsNamedByAToken_KeepsItsOwnExit()
    {
        using var stranger = Bind(SocketType.Dgram, ProtocolType.Udp, out var held);
        var port = ProviderHarness.Port(@internal: held);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 3"), "-port {port:game}", [port]));

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(3)));
    }

    [Test]
    public async Task Conflict_ExternalPortHeldByAStranger_EndsAsUnavailable()
    {
        using var stranger = Bind(SocketType.Stream, ProtocolType.Tcp, out var held);
        var port = ProviderHarness.Port(PortProtocol.Tcp, external: held);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 1"), "-port {port:game}", [port]));

        var exit = await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Failure, Is.EqualTo(StopReason.PortUnavailable));
            Assert.That(exit.Message, Does.Contain($"{held}"));
        }
    }

    [Test]
    public async Task Conflict_CrashBySignal_StaysACrash()
    {
        using var stranger = Bind(SocketType.Dgram, ProtocolType.Udp, out var held);
        var port = ProviderHarness.Port(@internal: held);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("ulimit -c 0; kill -11 $$"), null, [port]));

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Signaled(11)));
    }

    [Test]
    public async Task Readiness_PortHeldByAStranger_DoesNotCount()
    {
        using var stranger = Bind(SocketType.Stream, ProtocolType.Tcp, out var held);
        var port = ProviderHarness.Port(PortProtocol.Tcp, external: held);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo ready; exec sleep 600"), "{port:game}", [port]));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Count > 0, "ready");

        await Harness.KillAsync(id);

        Assert.That(Harness.Observer.IsOpen(id), Is.False);
    }

    [Test]
    public async Task Readiness_WaitsForEveryPort()
    {
        var one = ProviderHarness.Port(PortProtocol.Udp, name: "one");
        var two = ProviderHarness.Port(PortProtocol.Tcp, name: "two");
        var build = Harness.AddEcho();
        var id = await Harness.LaunchAsync(Harness.Request(build, $"--ignore-ports --port {one.InternalPort} --crash-after 300", [one, two]));

        await Harness.WaitEndedAsync(id);

        Assert.That(Harness.Observer.IsOpen(id), Is.False);
    }

    [Test]
    public async Task Readiness_PortOpenedByAChildInItsOwnSession_Counts()
    {
        var port = ProviderHarness.Port();
        var build = Harness.AddBuild(folder =>
        {
            foreach (var file in Directory.GetFiles(Repository.EchoServer, "EchoGameServer*"))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            FolderArtefacts.WriteScript(folder, "Server.x86_64", "setsid ./EchoGameServer & wait");
        });
        var id = await Harness.LaunchAsync(Harness.Request(build, null, [port]));

        await Harness.WaitOpenAsync(id);

        Assert.That(await Network.AskUdpAsync(port.ExternalPort, "child"), Is.EqualTo("child"));
    }

    private static Socket Bind(SocketType type, ProtocolType protocol, out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        port = TestPorts.Next();
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        if (type == SocketType.Stream)
        {
            socket.Listen();
        }

        return socket;
    }
}
