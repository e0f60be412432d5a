using System.Text;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Tls;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>A game server whose players come with TLS, from the advice how to trust it to an emulator that was killed.</summary>
[Platform("Linux")]
internal sealed class TlsJourney
{
    private static string Start =>
        $$$"""{"name":"web","region":"us-east","environment_variables":{{{EchoGame.Variables}}},"port_configs":[{"name":"web","internal_port":7443,"protocol":"tcp","tls_enabled":true}]}""";

    [Test]
    public async Task Player_WhoTrustsTheAuthority_PlaysOverTls_AlsoAfterTheEmulatorWasKilled()
    {
        using var directory = new TemporaryDirectory();
        string[] arguments = ["--data", directory.At("data"), "--port-range", TestPorts.Range(50), "--no-rate-limit"];
        var advice = await EmulatorProcess.RunAsync(directory.FullPath, "trust", "--data", directory.At("data"));
        var authority = directory.At("data/tls/ca.pem");
        Assert.That(advice.Code, Is.Zero, advice.Errors);
        Assert.That(advice.Output, Does.Contain(authority).And.Contain("update-ca-certificates"));

        int port;
        await using (var emulator = await EmulatorProcess.StartAsync(directory.FullPath, arguments))
        {
            await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
            var server = await emulator.RunServerAsync(Start);
            var granted = server.GetProperty("network_ports")[0];
            Assert.That(granted.GetProperty("tls_enabled").GetBoolean(), Is.True);
            port = granted.GetProperty("external_port").GetInt32();
            Assert.That(await AskAsync(port, authority), Is.EqualTo("hello"));
            await emulator.SignalAsync("KILL");
        }

        await using (var emulator = await EmulatorProcess.StartAsync(directory.FullPath, arguments))
        {
            await EmulatorProcess.UntilAsync(
                async () => (await emulator.GetAsync("/api/v3/servers")).Json.GetProperty("total").GetInt32() == 1, "the server to be found again");
            await EmulatorProcess.UntilAsync(() => !EchoGame.IsFree(port), "the port to be served again");
            Assert.That(await AskAsync(port, authority), Is.EqualTo("hello"));
            Assert.That((await emulator.SignalAsync("TERM")).Code, Is.Zero);
        }
    }

    private static async Task<string> AskAsync(int port, string authority)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var player = await TlsPlayer.ConnectAsync(port, authority, patience.Token);
        await player.WriteAsync("hello"u8.ToArray(), patience.Token);
        var buffer = new byte[5];
        await player.ReadExactlyAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer);
    }
}
