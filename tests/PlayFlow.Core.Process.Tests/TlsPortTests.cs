using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

/// <summary>Ports that players reach with TLS, behind a terminator that leads on in plain.</summary>
[Platform("Linux")]
public sealed class TlsPortTests
{
    private readonly MarkingTerminator _tls = new();
    private readonly ProviderHarness _harness = new();

    [SetUp]
    public Task Start()
    {
        _harness.Tls = _tls;
        return _harness.StartAsync();
    }

    [TearDown]
    public async Task End() => await _harness.DisposeAsync();

    [Test]
    public async Task Server_ThatBindsWhatItIsGiven_IsServedAtAnotherNumber()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddEcho(), ports: [port]));
        await _harness.WaitOpenAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
            Assert.That(_tls.Served[port.ExternalPort].Port, Is.Not.EqualTo(port.ExternalPort).And.Not.EqualTo(port.InternalPort));
        }

        await _harness.KillAsync(id);
        Assert.That(_harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.ExternalPort, PortProtocol.Tcp), Is.True);
    }

    [Test]
    public async Task Token_StandsForThePlainNumber()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await _harness.LaunchAsync(
            _harness.Request(_harness.AddEcho(), "--ignore-ports --port {port:game}", [port]));
        await _harness.WaitOpenAsync(id);
        Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }

    [Test]
    public async Task Server_ThatBindsItsInternalPort_IsServedThere()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await _harness.LaunchAsync(
            _harness.Request(_harness.AddEcho(), $"--ignore-ports --port {port.InternalPort}", [port]));
        await _harness.WaitOpenAsync(id);
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
        var id = await _harness.LaunchAsync(
            _harness.Request(_harness.AddEcho(), $"--ignore-ports --port {port.ExternalPort}", [port]));
        var exit = await _harness.WaitEndedAsync(id);
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
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddEcho(), ports: [ProviderHarness.Port(PortProtocol.Tcp, tls: true)]));
        var exit = await _harness.WaitEndedAsync(id);
        Assert.That((exit.Failure, exit.Message), Is.EqualTo((StopReason.PortUnavailable, "port 'game' cannot be served with TLS: the disk is full")));
    }

    [Test]
    public async Task Server_TakenUpAgain_IsServedAtTheSameNumber()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddEcho(), ports: [port]));
        await _harness.WaitOpenAsync(id);
        var target = _tls.Served[port.ExternalPort];
        _tls.Served.Clear();

        await _harness.StartAnewAsync();
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
        _harness.Tls = null;
        await _harness.StartAnewAsync();
        var port = ProviderHarness.Port(PortProtocol.Tcp, tls: true);
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddEcho(), ports: [port]));
        await _harness.WaitOpenAsync(id);
        Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }
}
