using System.Text;
using NUnit.Framework;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Emulator.Tests.Support;
using PlayFlow.Emulator.Tests.Tls;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>A game that comes as an image of a private registry, played over TLS, and what becomes of the password for it.</summary>
[NonParallelizable]
internal sealed class RegistryJourney
{
    private const string WrongPassword = "not-the-word-9c1e";

    private readonly StringBuilder _seen = new();
    private readonly string _ports = TestPorts.Range(50);
    private DockerEngineProcess _engine = null!;
    private Registry _registry = null!;
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _directory = new TemporaryDirectory();
        _engine = await DockerEngineProcess.StartAsync();
        await BaseImages.ImportAsync(_engine);
        _registry = await Registry.StartAsync();
    }

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _registry, _engine })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _directory.Dispose();
    }

    [Test]
    public async Task Send_BeKilled_SendAgain_Play_AndNoPasswordIsAnywhere()
    {
        var made = await SampleImages.MakeAsync(_engine, "game:1", "CMD [\"/bin/nc\", \"-ll\", \"-p\", \"7777\", \"-e\", \"/bin/cat\"]");
        var image = await _registry.PushAsync(_engine, made, "team/game:1");
        string interrupted;
        await using (var emulator = await StartEmulatorAsync())
        {
            var wrong = await SendAsync(emulator, image, WrongPassword);
            Assert.That(await ProcessedAsync(emulator, wrong), Is.EqualTo("failed"));
            Assert.That(await LogAsync(emulator, wrong), Does.Contain("refuses to give").And.Contain("registry_credentials sent"));

            _registry.Freeze();
            interrupted = await SendAsync(emulator, image, Registry.Password);
            await EmulatorProcess.UntilAsync(
                async () => (await LogAsync(emulator, interrupted)).Contains("Pulling the image", StringComparison.Ordinal), "the pull to begin");
            await EndAsync(emulator, "KILL");
            _registry.Thaw();
        }

        await using var again = await StartEmulatorAsync();
        Assert.That(await ProcessedAsync(again, interrupted), Is.EqualTo("failed"));
        Assert.That(await LogAsync(again, interrupted), Does.Contain("send the build anew with registry_credentials"));

        var build = await SendAsync(again, image, Registry.Password);
        Assert.That(await ProcessedAsync(again, build), Is.EqualTo("ready"), await LogAsync(again, build));
        var server = await again.RunServerAsync(
            """{"name":"one","region":"us-east","version_tag":"img","port_configs":[{"name":"game","internal_port":7777,"protocol":"tcp","tls_enabled":true}]}""");
        Assert.That(await AskAsync(server.GetProperty("network_ports")[0].GetProperty("external_port").GetInt32()), Is.EqualTo("hello"));
        See((await again.GetAsync($"/api/v3/servers/{server.GetProperty("instance_id").GetString()}")).ToString());
        See(await _engine.DockerAsync(["inspect", .. (await _engine.DockerAsync("ps", "-aq")).Split('\n'), .. (await _engine.DockerAsync("images", "-q")).Split('\n')]));
        await EndAsync(again, "TERM");

        foreach (var file in Directory.EnumerateFiles(_directory.FullPath, "*", SearchOption.AllDirectories))
        {
            See(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        }

        var seen = _seen.ToString();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen, Does.Contain(image), "what was searched is what it should be");
            foreach (var secret in (string[])[Registry.Password, WrongPassword])
            {
                Assert.That(seen.Contains(secret, StringComparison.OrdinalIgnoreCase), Is.False, $"'{secret}' got out");
                Assert.That(seen.Contains(Base64(secret), StringComparison.Ordinal), Is.False, $"'{secret}' got out, encoded");
                Assert.That(seen.Contains(Base64($"player:{secret}"), StringComparison.Ordinal), Is.False, $"'{secret}' got out, as a header");
            }
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=');

    private async Task<string> AskAsync(int port)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var player = await TlsPlayer.ConnectAsync(port, _directory.At("data/tls/ca.pem"), patience.Token);
        await player.WriteAsync("hello"u8.ToArray(), patience.Token);
        var buffer = new byte[5];
        await player.ReadExactlyAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer);
    }

    private Task<EmulatorProcess> StartEmulatorAsync() => EmulatorProcess.StartAsync(
        _directory.FullPath,
        "--provider", "docker", "--docker-host", _engine.Endpoint.ToString(), "--docker-base-image", BaseImages.Plain,
        "--data", _directory.At("data"), "--port-range", _ports, "--no-rate-limit", "--log-level", "trace");

    private async Task EndAsync(EmulatorProcess emulator, string signal)
    {
        var (_, output, errors) = await emulator.SignalAsync(signal);
        See(output + errors);
    }

    private async Task<string> SendAsync(EmulatorProcess emulator, string image, string password)
    {
        var answer = await emulator.SendAsync(
            HttpMethod.Post,
            "/api/v3/builds/docker-image",
            $$"""{"image_url":"{{image}}","name":"img","registry_credentials":{"username":"player","password":"{{password}}"} }""");
        Assert.That(answer.Status, Is.EqualTo(202), answer.Body);
        See(answer.ToString());
        return answer.Text("build_id");
    }

    private async Task<string> ProcessedAsync(EmulatorProcess emulator, string build)
    {
        Answer answer = null!;
        await EmulatorProcess.UntilAsync(
            async () => (answer = await emulator.GetAsync($"/api/v3/builds/{build}")).Text("status") is not "processing", "the build to be processed");
        See(answer.ToString());
        See(await LogAsync(emulator, build));
        return answer.Text("status");
    }

    private static async Task<string> LogAsync(EmulatorProcess emulator, string build) => (await emulator.GetAsync($"/api/v3/builds/{build}/logs")).Body;

    private void See(string text) => _seen.AppendLine(text);
}
