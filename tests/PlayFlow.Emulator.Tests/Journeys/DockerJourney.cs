using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>The first day of a game team, and an emulator that is killed, with containers.</summary>
[NonParallelizable]
internal sealed class DockerJourney
{
    private const string Start =
        """{"name":"one","region":"us-east","port_configs":[{"name":"game","internal_port":7777,"protocol":"udp"},{"name":"web","internal_port":7777,"protocol":"tcp"}]}""";

    private readonly string _ports = TestPorts.Range(50);
    private DockerEngineProcess _engine = null!;
    private TemporaryDirectory _directory = null!;

    private string[] Arguments =>
    [
        "--provider", "docker", "--docker-host", _engine.Endpoint.ToString(), "--docker-base-image", BaseImages.Dotnet,
        "--data", _directory.At("data"), "--port-range", _ports, "--no-rate-limit",
    ];

    [SetUp]
    public async Task StartAsync()
    {
        _directory = new TemporaryDirectory();
        _engine = await DockerEngineProcess.StartAsync();
        await BaseImages.ImportDotnetAsync(_engine);
    }

    [TearDown]
    public async Task EndAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Test]
    public async Task Upload_Start_Play_KillTheEmulator_Stop()
    {
        var servers = new List<JsonElement>();
        await using (var emulator = await EmulatorProcess.StartAsync(_directory.FullPath, Arguments))
        {
            var build = await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
            Assert.That((await emulator.GetAsync($"/api/v3/builds/{build}/logs")).Body, Does.Contain("Made the image playflow/build:"));
            for (var i = 0; i < 3; i++)
            {
                servers.Add(await emulator.RunServerAsync(Start));
            }

            foreach (var server in servers)
            {
                Assert.That(await EchoGame.AskByUdpAsync(Port(server), $"hello {Id(server)}"), Is.EqualTo($"hello {Id(server)}"));
                Assert.That(await EchoGame.AskByTcpAsync(Port(server), $"hello {Id(server)}"), Is.EqualTo($"hello {Id(server)}"));
                Assert.That((await emulator.GetAsync($"/api/v3/servers/{Id(server)}/logs")).Body, Does.Contain($"echo server: instance {Id(server)}"));
            }

            Assert.That((await ContainersAsync()).Split('\n').Order(), Is.EqualTo(servers.Select(Id).Order()));
            await emulator.SignalAsync("KILL");
        }

        Assert.That(await EchoGame.AskByUdpAsync(Port(servers[0]), "still there?"), Is.EqualTo("still there?"), "games go on without the emulator");
        await using var again = await EmulatorProcess.StartAsync(_directory.FullPath, Arguments);
        Assert.That((await again.GetAsync("/api/v3/servers")).Json.GetProperty("total").GetInt32(), Is.EqualTo(3));
        Assert.That((await again.SendAsync(HttpMethod.Delete, $"/api/v3/servers/{Id(servers[0])}")).Status, Is.EqualTo(200));
        await EmulatorProcess.UntilAsync(
            async () => (await again.GetAsync($"/api/v3/servers/{Id(servers[0])}/logs")).Body.Contains("echo server: stopped", StringComparison.Ordinal), "its last word");
        var body = (await again.GetAsync($"/api/v3/servers/{Id(servers[0])}/logs")).Body;
        Assert.That(body.Split($"echo server: instance {Id(servers[0])}"), Has.Length.EqualTo(2), "no line twice");

        var (code, _, errors) = await again.SignalAsync("TERM");
        Assert.That(code, Is.Zero, errors);
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task Emulator_KilledAmongStartsAndStops_IsInStepWithTheEngineAfterwards([Values(0, 150, 400, 900)] int milliseconds)
    {
        await using (var emulator = await EmulatorProcess.StartAsync(_directory.FullPath, Arguments))
        {
            await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
            var stopped = Id(await emulator.RunServerAsync(Start));
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => emulator.SendAsync(HttpMethod.Post, "/api/v3/servers/start", Start)));
            await emulator.SendAsync(HttpMethod.Delete, $"/api/v3/servers/{stopped}");

            // Where in the work that falls is left to chance; what holds afterwards does not depend on it.
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
            await emulator.SignalAsync("KILL");
        }

        await using var again = await EmulatorProcess.StartAsync(_directory.FullPath, Arguments);
        await EmulatorProcess.UntilAsync(async () => (await RunningAsync(again)).Length == 5, "every server that was started to run");
        await EmulatorProcess.UntilAsync(
            async () => (await ContainersAsync()).Split('\n').Order().SequenceEqual((await RunningAsync(again)).Order()), "a container for each, and no other");
        Assert.That((await again.SignalAsync("TERM")).Code, Is.Zero);
        Assert.That(await ContainersAsync(), Is.Empty);
    }

    [Test]
    public async Task InMemory_LeavesNothing_WhetherItEndsOrIsKilled([Values("TERM", "KILL")] string signal)
    {
        string[] arguments = [.. Arguments.Where(argument => argument != "--data" && argument != _directory.At("data")), "--in-memory"];
        await using (var emulator = await EmulatorProcess.StartAsync(_directory.FullPath, arguments))
        {
            await emulator.UploadAsync(EchoGame.Zip(), EchoGame.Executable);
            await emulator.RunServerAsync(Start);
            await emulator.SignalAsync(signal);
        }

        if (signal == "KILL")
        {
            Assert.That(await ContainersAsync(), Is.Not.Empty);
            await using var next = await EmulatorProcess.StartAsync(_directory.FullPath, arguments);
            await next.SignalAsync("TERM");
        }

        Assert.That(await ContainersAsync(), Is.Empty);
        Assert.That(await _engine.DockerAsync("images", "-q", "--filter", "label=playflow.owner"), Is.Empty);
    }

    private static async Task<string[]> RunningAsync(EmulatorProcess emulator) =>
    [
        .. (await emulator.GetAsync("/api/v3/servers")).Json.GetProperty("servers").EnumerateArray()
            .Where(server => server.GetProperty("status").GetString() == "running")
            .Select(Id),
    ];

    // By the instance that their labels name.
    private Task<string> ContainersAsync() =>
        _engine.DockerAsync("ps", "-a", "--filter", "label=playflow.owner", "--format", "{{.Label \"playflow.instance\"}}");

    private static string Id(JsonElement server) => server.GetProperty("instance_id").GetString()!;

    private static int Port(JsonElement server) => server.GetProperty("network_ports")[0].GetProperty("external_port").GetInt32();
}
