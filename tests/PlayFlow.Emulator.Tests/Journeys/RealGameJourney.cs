using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>The whole journey with dedicated servers that know nothing of this emulator.</summary>
[Platform("Linux")]
internal sealed class RealGameJourney
{
    [Test]
    public async Task Teeworlds_ThreeCopiesToldTheirPorts_ArePlayedAndStopped()
    {
        using var directory = new TemporaryDirectory();
        var archive = await RealGame.ZipAsync("teeworlds-server", directory);
        await using var emulator = await EmulatorProcess.StartAsync(
            directory.FullPath, "--data", directory.At("data"), "--port-range", TestPorts.Range(50), "--no-rate-limit");
        await emulator.UploadAsync(archive, "teeworlds-server");
        var ports = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var server = await emulator.RunServerAsync(
                """{"name":"deathmatch","region":"eu-west","startup_args":"\"sv_port {port:game}\"","port_configs":[{"name":"game","internal_port":8303,"protocol":"udp"}]}""");
            ports.Add(Port(server));

            // It opens its port before it says its name.
            await EmulatorProcess.UntilAsync(
                async () => (await emulator.GetAsync($"/api/v3/servers/{Id(server)}/logs")).Body.Contains("server name is", StringComparison.Ordinal),
                "the server to say its name");
        }

        foreach (var port in ports)
        {
            await RealGame.JoinAsync("teeworlds-server/game", port);
        }

        Assert.That((await emulator.SignalAsync("TERM")).Code, Is.Zero);
        Assert.That(ports, Has.All.Matches<int>(EchoGame.IsFree));
    }

    [Test]
    public async Task Bzflag_ThatBindsItsOwnPort_IsReachedThroughARelay()
    {
        using var directory = new TemporaryDirectory();
        var archive = await RealGame.ZipAsync("bzflag-server", directory);
        var own = TestPorts.Next();
        await using var emulator = await EmulatorProcess.StartAsync(directory.FullPath, "--in-memory", "--port-range", TestPorts.Range(50));
        await emulator.UploadAsync(archive, "bzflag-server");
        var server = await emulator.RunServerAsync(
            $$"""{"name":"tanks","region":"eu-west","startup_args":"-p {{own}}","port_configs":[{"name":"game","internal_port":{{own}},"protocol":"udp"},{"name":"query","internal_port":{{own}},"protocol":"tcp"}]}""");
        Assert.That(Port(server), Is.Not.EqualTo(own));
        await RealGame.JoinAsync("bzflag-server", Port(server));
        Assert.That((await emulator.SendAsync(HttpMethod.Delete, $"/api/v3/servers/{Id(server)}")).Status, Is.EqualTo(200));
        await EmulatorProcess.UntilAsync(() => EchoGame.IsFree(own), "the game to end");
        Assert.That((await emulator.SignalAsync("TERM")).Code, Is.Zero);
    }

    private static string Id(JsonElement server) => server.GetProperty("instance_id").GetString()!;

    private static int Port(JsonElement server) => server.GetProperty("network_ports")[0].GetProperty("external_port").GetInt32();
}
