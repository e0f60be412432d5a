using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

/// <summary>Ports that players reach with TLS, behind a terminator that leads on in plain.</summary>
[Platform("Linux")]
public sealed class TlsPortTests : ProviderFixture
{
    private readonly MarkingTerminator _tls = new();

    public TlsPortTests() => Harness.Tls = _tls;

    [Test]
    public async Task Server_ThatBindsWhatItIsGiven_IsServedAtAnotherNumber()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));
        await Harness.WaitOpenAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
            Assert.That(_tls.Served[port.ExternalPort].Port, Is.Not.EqualTo(port.ExternalPort).And.Not.EqualTo(port.InternalPort));
        }

        await Harness.KillAsync(id);
        Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.ExternalPort, PortProtocol.Tcp), Is.True);
    }

    [Test]
    public async Task Token_StandsForThePlainNumber()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await Harness.LaunchAsync(
            Harness.Request(Harness.AddEcho(), "--ignore-ports --port {port:game}", [port]));
        await Harness.WaitOpenAsync(id);
        Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }

    [Test]
    public async Task Server_ThatBindsItsInternalPort_IsServedThere()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await Harness.LaunchAsync(
            Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {port.InternalPort}", [port]));
        await Harness.WaitOpenAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
            Assert.That(_tls.Served[port.ExternalPort].Port, Is.EqualTo(port.InternalPort));
        }
    }

    [Test]
    public async Task Server_ThatServesTheExternalPortItself_EndsAndIsToldWhatToDo()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await Harness.LaunchAsync(
            Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {port.ExternalPort}", [port]));
        var exit = await Harness.WaitEndedAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Failure, Is.EqualTo(StopReason.PortUnavailable));
            Assert.That(exit.Message, Does.Contain("TLS").And.Contain("PLAYFLOW_PORT_GAME"));
        }
    }

    [Test]
    public async Task Certificate_ThatCannotBeHad_EndsTheServer()
    {
        _tls.Fault = new IOException("the disk is full");
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [ProviderHarness.Port(PortProtocol.Tcp, tls: true)]));
        var exit = await Harness.WaitEndedAsync(id);
        Assert.That((exit.Failure, exit.Message), Is.EqualTo((StopReason.PortUnavailable, "port 'game' cannot be served with TLS: the disk is full")));
    }

    [Test]
    public async Task Server_TakenUpAgain_IsServedAtTheSameNumber()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));
        await Harness.WaitOpenAsync(id);
        var target = _tls.Served[port.ExternalPort];
        _tls.Served.Clear();

        await Harness.StartAnewAsync();
        await Eventually.TrueAsync(() => _tls.Served.ContainsKey(port.ExternalPort), "the port to be served again");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_tls.Served[port.ExternalPort], Is.EqualTo(target));
            Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
        }
    }

    [Test]
    public async Task WithoutATerminator_PortIsServedInPlain()
    {
        Harness.Tls = null;
        await Harness.StartAnewAsync();
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));
        await Harness.WaitOpenAsync(id);
        Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }
}
