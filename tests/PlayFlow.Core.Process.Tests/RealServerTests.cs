using System.IO.Compression;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

/// <summary>Dedicated servers written by others, spoken to in their own protocol.</summary>
[Platform("Linux")]
public sealed class RealServerTests : ProviderFixture
{
    [TestCase("teeworlds-server", "\"sv_port {port:game}\"", "/game")]
    [TestCase("bzflag-server", "-p {port:game}", "")]
    public async Task Server_ToldItsPort_LetsAPlayerIn(string name, string args, string part)
    {
        var build = await PackAsync(name);
        var udp = ProviderHarness.Port(PortProtocol.Udp, @internal: 5154);
        var tcp = ProviderHarness.Port(PortProtocol.Tcp, udp.ExternalPort, 5154, "query");
        var id = await Harness.LaunchAsync(Harness.Request(build, args, name == "bzflag-server" ? [udp, tcp] : [udp]));

        await Harness.WaitOpenAsync(id);

        await ProbeAsync(name + part, udp.ExternalPort);
        Assert.That((await StopAsync(id)).Failure, Is.Null);
    }

    [Test]
    public async Task Server_ThreeCopiesOfOneBuild_LetPlayersIn()
    {
        var build = await PackAsync("teeworlds-server");
        var ports = Enumerable.Range(0, 3).Select(_ => ProviderHarness.Port(PortProtocol.Udp, @internal: 8303)).ToArray();
        foreach (var port in ports)
        {
            await Harness.WaitOpenAsync(await Harness.LaunchAsync(Harness.Request(build, "\"sv_port {port:game}\"", [port])));
        }

        foreach (var port in ports)
        {
            await ProbeAsync("teeworlds-server/game", port.ExternalPort);
        }
    }

    [Test]
    public async Task Server_BindsItsOwnPort_IsRelayedAndASecondIsRefused()
    {
        var own = TestPorts.Next();
        var build = await PackAsync("bzflag-server");
        var udp = ProviderHarness.Port(PortProtocol.Udp, @internal: own);
        var tcp = ProviderHarness.Port(PortProtocol.Tcp, udp.ExternalPort, own, "query");
        var id = await Harness.LaunchAsync(Harness.Request(build, $"-p {own}", [udp, tcp]));
        await Harness.WaitOpenAsync(id);
        await ProbeAsync("bzflag-server", udp.ExternalPort);

        var second = ProviderHarness.Port(PortProtocol.Udp, @internal: own);
        var refused = await Harness.WaitEndedAsync(await Harness.LaunchAsync(Harness.Request(build, $"-p {own}", [second])));

        Assert.That(refused.Failure, Is.EqualTo(Servers.StopReason.PortUnavailable));
        await ProbeAsync("bzflag-server", udp.ExternalPort);
    }

    [TestCase("PACK_LAUNCH", "fork")]
    [TestCase("PACK_NOMODE", "1")]
    public async Task Server_PackedAwkwardly_RunsAndEndsWhole(string variable, string value)
    {
        var build = await PackAsync("bzflag-server", (variable, value));
        var port = ProviderHarness.Port(PortProtocol.Tcp);
        var id = await Harness.LaunchAsync(Harness.Request(build, null, [port], ("GAME_PORT", "{port:game}")));
        await Harness.WaitOpenAsync(id);

        await ProbeAsync("bzflag-server/tcp", port.ExternalPort);
        await StopAsync(id);

        Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.ExternalPort, PortProtocol.Both), Is.True);
    }

    [Test]
    public async Task Server_AfterARestartOfThePlatform_StillLetsAPlayerIn()
    {
        var build = await PackAsync("teeworlds-server");
        var port = ProviderHarness.Port();
        var id = await Harness.LaunchAsync(Harness.Request(build, "\"sv_port {port:game}\"", [port]));
        await Harness.WaitOpenAsync(id);
        var lines = Harness.Observer.Lines(id).Count;

        await Harness.StartAnewAsync();
        await ProbeAsync("teeworlds-server/game", port.ExternalPort);

        Assert.That((await StopAsync(id)).Failure, Is.Null);
        Assert.That(Harness.Observer.Lines(id), Has.Count.AtLeast(lines));
    }

    private async Task<ComputeExit> StopAsync(ComputeId id)
    {
        await Harness.Provider.StopAsync(id, StopMode.Graceful, CancellationToken.None);
        return await Harness.WaitEndedAsync(id);
    }

    private async Task<Build> PackAsync(string name, params (string Name, string Value)[] knobs)
    {
        var games = Repository.Games;
        if (games is null)
        {
            Assert.Ignore("the folder with real game servers is not there; set PLAYFLOW_GAMES to it");
        }

        var zip = Path.Combine(Harness.Folder, name + ".zip");
        var (code, output) = await Shell.RunAsync(Path.Combine(games, "pack.sh"), [name, zip], knobs);
        if (code == 3)
        {
            Assert.Ignore(output);
        }

        Assert.That(code, Is.Zero, output);
        return Harness.AddBuild(folder => Unpack(zip, folder), name);
    }

    // As the upload does it: modes where the archive has them.
    private static void Unpack(string zip, string folder)
    {
        using var archive = ZipFile.OpenRead(zip);
        foreach (var entry in archive.Entries)
        {
            var path = Path.Combine(folder, entry.FullName);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            entry.ExtractToFile(path);
        }
    }

    private static Task ProbeAsync(string name, int port) => Probe.JoinAsync(Repository.Games!, name, port);
}
