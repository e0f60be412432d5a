using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Process.Tests.Compute;

public sealed class PortTokensTests
{
    private static readonly NetworkPort[] Ports =
    [
        new("game", 7777, 30001, PortProtocol.Udp, "127.0.0.1", false),
        new("Web-1", 80, 30002, PortProtocol.Tcp, "127.0.0.1", true),
    ];

    [TestCase("-port {port:game}", "-port 30001")]
    [TestCase("{port:game}{port:Web-1}", "3000130002")]
    [TestCase("{port:Game} {port:} {port:other}", "{port:Game} {port:} {port:other}")]
    [TestCase("{port:{port:game}", "{port:30001")]
    [TestCase("{port:game", "{port:game")]
    [TestCase("", "")]
    public void Replace_Tokens_BecomeExternalPorts(string text, string expected) =>
        Assert.That(PortTokens.Replace(text, Ports), Is.EqualTo(expected));

    [TestCase("game", "PLAYFLOW_PORT_GAME")]
    [TestCase("Web-1", "PLAYFLOW_PORT_WEB_1")]
    [TestCase("spiel port é", "PLAYFLOW_PORT_SPIEL_PORT__")]
    public void VariableName_OfAPort_IsInCapitals(string name, string expected) =>
        Assert.That(PortTokens.VariableName(name), Is.EqualTo(expected));
}
