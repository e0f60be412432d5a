using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Ports that players reach with TLS, behind a terminator that leads on in plain.</summary>
public sealed class TlsPortTests
{
    private const int Inside = 7001;
    private const string Echoes = "exec nc -ll -p 7001 -e cat";

    private readonly MarkingTerminator _tls = new();
    private DockerHarness _harness = null!;

    [SetUp]
    public async Task StartAsync() => _harness = await DockerHarness.StartAsync(prepare: harness => harness.Tls = _tls);

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Test]
    public async Task Game_IsReachedThroughTheTerminatorAlone_AndThePortIsFreeAfterwards()
    {
        var port = Port();
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(Echoes), null, [port]));
        await _harness.WaitOpenAsync(id);
        var target = _tls.Served[port.ExternalPort];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo(MarkingTerminator.Mark + "hello"));
            Assert.That(target.Address, Is.EqualTo(IPAddress.Loopback));
            Assert.That(
                await _harness.Engine.DockerAsync("port", await _harness.ContainerAsync(id)), Is.EqualTo($"{Inside}/tcp -> 127.0.0.1:{target.Port}"));
        }

        await _harness.StopAsync(id, StopMode.Kill);
        Assert.That(_tls.Served, Is.Empty);
        Assert.That(_harness.Provider.IsPortFree(DockerComputeOptions.HostId, port.ExternalPort, PortProtocol.Tcp), Is.True);
    }

    [Test]
    public async Task Udp_OfTheSameNumber_GoesPastIt()
    {
        var tcp = Port();
        var udp = DockerHarness.Port(PortProtocol.Udp, Inside, "datagrams", tcp.ExternalPort);
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(Echoes), null, [tcp, udp]));
        Assert.That(
            (await _harness.Engine.DockerAsync("port", await _harness.ContainerAsync(id))).Split('\n').Order(),
            Is.EqualTo((string[])[$"{Inside}/tcp -> 127.0.0.1:{_tls.Served[tcp.ExternalPort].Port}", $"{Inside}/udp -> 127.0.0.1:{tcp.ExternalPort}"]));
    }

    [Test]
    public async Task Game_TakenUpAgain_IsServedAtTheSameNumber()
    {
        var port = Port();
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(Echoes), null, [port]));
        await _harness.WaitOpenAsync(id);
        var target = _tls.Served[port.ExternalPort];
        await _harness.DetachAsync();
        Assert.That(_tls.Served, Is.Empty, "let go of, it serves nothing");
        await _harness.AttachAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_tls.Served[port.ExternalPort], Is.EqualTo(target));
            Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo(MarkingTerminator.Mark + "hello"));
        }
    }

    [Test]
    public async Task Game_TakenUpAgain_WhosePortIsHeld_EndsAndSaysWhy()
    {
        var port = Port();
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(Echoes), null, [port]));
        await _harness.DetachAsync();
        using var stranger = new TcpListener(IPAddress.Any, port.ExternalPort);
        stranger.Start();
        await _harness.AttachAsync();
        var exit = await _harness.WaitEndedAsync(id);
        Assert.That((exit.Failure, exit.Message), Is.EqualTo((StopReason.PortUnavailable, Held(port))));
    }

    [Test]
    public async Task Port_ThatCannotBeServed_FailsTheLaunch_AndNothingIsLeft()
    {
        var port = Port();
        var build = _harness.AddScript(Echoes);
        using var stranger = new TcpListener(IPAddress.Any, port.ExternalPort);
        stranger.Start();
        var held = await _harness.FailAsync(_harness.Request(build, null, [Port(), port]));
        _tls.Fault = new IOException("the disk is full");
        var other = Port();
        var failed = await _harness.FailAsync(_harness.Request(build, null, [other]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((held.Reason, held.Message), Is.EqualTo((StopReason.PortUnavailable, Held(port))));
            Assert.That((failed.Reason, failed.Message), Is.EqualTo((StopReason.PortUnavailable, $"port {other.ExternalPort} cannot be served with TLS: the disk is full")));
            Assert.That(_tls.Served, Is.Empty);
            Assert.That(await _harness.ContainersAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task End_IsToldThoughThePortCannotBeClosed()
    {
        _tls.FaultAtTheEnd = new IOException("it cannot be closed");
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("exit 3"), null, [Port()]));
        Assert.That((await _harness.WaitEndedAsync(id)).ExitCode, Is.EqualTo(3));
    }

    [Test]
    public async Task WithoutATerminator_PortIsServedInPlain()
    {
        await _harness.DetachAsync();
        _harness.Tls = null;
        await _harness.AttachAsync();
        var port = Port();
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(Echoes), null, [port]));
        await _harness.WaitOpenAsync(id);
        Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }

    private static string Held(NetworkPort port) =>
        $"port {port.ExternalPort} (tcp, TLS) is held by another process: end that process, or choose another port range";

    private static NetworkPort Port() => DockerHarness.Port(PortProtocol.Tcp, Inside, tls: true);
}
