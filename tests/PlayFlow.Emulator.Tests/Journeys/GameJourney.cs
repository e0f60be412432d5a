using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>Real processes, real sockets: what a game team does on its first day, and what happens when the emulator is killed.</summary>
[Platform("Linux")]
internal sealed class GameJourney
{
    private static string Start(string name) =>
        $$$"""{"name":"{{{name}}}","region":"us-east","environment_variables":{{{EchoGame.Variables}}},"port_configs":[{"name":"game","internal_port":7777,"protocol":"udp"},{"name":"web","internal_port":7777,"protocol":"tcp"}]}""";

    [Test]
    public async Task Upload_StartThree_Play_ReadLogs_Stop()
    {
        using var directory = new TemporaryDirectory();
        await using var emulator = await EmulatorProcess.StartAsync(
            directory.FullPath, "--data", directory.At("data"), "--port-range", TestPorts.Range(50), "--no-rate-limit");
        await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
        var servers = new List<JsonElement>();
        for (var i = 0; i < 3; i++)
        {
            servers.Add(await emulator.RunServerAsync(Start($"match {i}")));
        }

        Assert.That(servers.Select(Port).Distinct().Count(), Is.EqualTo(3));
        foreach (var server in servers)
        {
            Assert.That(await EchoGame.AskByUdpAsync(Port(server), $"hello {Id(server)}"), Is.EqualTo($"hello {Id(server)}"));
            Assert.That(await EchoGame.AskByTcpAsync(Port(server), $"hello {Id(server)}"), Is.EqualTo($"hello {Id(server)}"));
            Assert.That((await emulator.GetAsync($"/api/v3/servers/{Id(server)}/logs")).Body, Does.Contain($"echo server: instance {Id(server)}"));
        }

        foreach (var server in servers)
        {
            Assert.That((await emulator.SendAsync(HttpMethod.Delete, $"/api/v3/servers/{Id(server)}")).Status, Is.EqualTo(200));
        }

        await EmulatorProcess.UntilAsync(() => EchoGame.ProcessesOf(directory.FullPath) == 0, "the processes to end");
        foreach (var server in servers)
        {
            Assert.That(EchoGame.IsFree(Port(server)), Is.True);
            Assert.That((await emulator.GetAsync($"/api/v3/servers/{Id(server)}/logs")).Body, Does.Contain("echo server: stopped").And.Contain("SHUTDOWN_SIGNAL"));
        }

        Assert.That((await emulator.SignalAsync("TERM")).Code, Is.Zero);
    }

    [Test]
    public async Task Signal_EndsTheGamesToo()
    {
        using var directory = new TemporaryDirectory();
        await using var emulator = await EmulatorProcess.StartAsync(directory.FullPath, "--in-memory", "--port-range", TestPorts.Range(50));
        await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
        var port = Port(await emulator.RunServerAsync(Start("one")));
        var (code, _, errors) = await emulator.SignalAsync("TERM");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero, errors);
            Assert.That(EchoGame.IsFree(port), Is.True);
        }
    }

    [Test]
    public async Task Emulator_KilledWithServersRunning_LosesNothingAndLeaksNothing()
    {
        using var directory = new TemporaryDirectory();
        string[] arguments = ["--data", directory.At("data"), "--port-range", TestPorts.Range(50), "--no-rate-limit"];
        var servers = new List<JsonElement>();
        await using (var emulator = await EmulatorProcess.StartAsync(directory.FullPath, arguments))
        {
            await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
            for (var i = 0; i < 3; i++)
            {
                servers.Add(await emulator.RunServerAsync(Start($"match {i}")));
            }

            var update = await emulator.SendAsync(HttpMethod.Post, $"/api/v3/servers/{Id(servers[0])}/update", """{"custom_data":{"score":3}}""");
            Assert.That(update.Status, Is.EqualTo(200));
            Assert.That((await emulator.SendAsync(HttpMethod.Delete, $"/api/v3/servers/{Id(servers[2])}")).Status, Is.EqualTo(200));
            await emulator.SignalAsync("KILL");
        }

        Assert.That(await EchoGame.AskByUdpAsync(Port(servers[0]), "still there?"), Is.EqualTo("still there?"), "games go on without the emulator");

        await using var again = await EmulatorProcess.StartAsync(directory.FullPath, arguments);
        var listed = (await again.GetAsync("/api/v3/servers")).Json;
        var first = await again.GetAsync($"/api/v3/servers/{Id(servers[0])}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.GetProperty("total").GetInt32(), Is.EqualTo(2));
            Assert.That(first.Json.GetProperty("custom_data").GetRawText(), Is.EqualTo("""{"score":3}"""));
            Assert.That(Port(first.Json), Is.EqualTo(Port(servers[0])));
            Assert.That(first.Text("started_at"), Is.EqualTo(servers[0].GetProperty("started_at").GetString()), "it was never restarted");
            Assert.That((await again.GetAsync($"/api/v3/servers/{Id(servers[2])}")).Text("status"), Is.EqualTo("stopped"));
            Assert.That(await EchoGame.AskByTcpAsync(Port(servers[1]), "and you?"), Is.EqualTo("and you?"));
        }

        await EmulatorProcess.UntilAsync(() => EchoGame.IsFree(Port(servers[2])), "the stopped server's port");
        var (code, _, errors) = await again.SignalAsync("TERM");
        await EmulatorProcess.UntilAsync(() => EchoGame.ProcessesOf(directory.FullPath) == 0, "every process to end");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero, errors);
            Assert.That(servers.Select(Port), Has.All.Matches<int>(EchoGame.IsFree));
        }
    }

    [Test]
    public async Task Emulator_ThatKeptNothingAndWasKilled_LeavesNothingAfterTheNextStart()
    {
        using var directory = new TemporaryDirectory();
        JsonElement server;
        await using (var emulator = await EmulatorProcess.StartAsync(directory.FullPath, "--in-memory", "--port-range", TestPorts.Range(50)))
        {
            await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
            server = await emulator.RunServerAsync(Start("orphan"));
            await emulator.SignalAsync("KILL");
        }

        await using var next = await EmulatorProcess.StartAsync(directory.FullPath, "--data", directory.At("data"), "--port-range", TestPorts.Range(50));
        await EmulatorProcess.UntilAsync(() => EchoGame.IsFree(Port(server)), "the orphan to be ended");
        Assert.That((await next.SignalAsync("TERM")).Code, Is.Zero);
    }

    private static string Id(JsonElement server) => server.GetProperty("instance_id").GetString()!;

    private static int Port(JsonElement server) => server.GetProperty("network_ports")[0].GetProperty("external_port").GetInt32();
}
