using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Ports;
using PlayFlow.Emulator.Cli;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Journeys;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Cli;

/// <summary>What a run ends with.</summary>
internal sealed class RunnerTests
{
    [TestCase(false, false, 0)]
    [TestCase(true, false, 0)]
    [TestCase(false, true, 1)]
    [TestCase(true, true, 1)]
    public async Task Run_EndsWithOne_WhenServersAreLeft_ThoughTheJournalBeFull(bool isFull, bool outlivesKills, int expected)
    {
        using var directory = new TemporaryDirectory();
        using var end = new CancellationTokenSource();
        var time = new FakeTimeProvider(EmulatorScene.Beginning);
        var store = new FullFleetStore();
        var ready = directory.At("ready.json");
        var options = new EmulatorOptions { Port = 0, Provider = ComputeKind.Fake, InMemory = true, ReadyFile = ready };
        var script = outlivesKills ? new FakeComputeScript { StopTakes = null, KillTakes = TimeSpan.FromDays(1) } : FakeComputeScript.Obedient;
        var compute = new FakeComputeProvider(
            new FakeComputeOptions { Hosts = [new ComputeHost("fake", "127.0.0.1", options.Ports)], Script = _ => script }, time);
        var parts = new EmulatorParts { Time = time, Fleet = store, Compute = compute, LoggerFactory = NullLoggerFactory.Instance };
        var running = Runner.RunAsync(options, parts, end.Token);
        await EmulatorScene.UntilAsync(() => Task.FromResult(File.Exists(ready) || running.IsCompleted));
        using (var client = new HttpClient(new DocumentedAnswers(new SocketsHttpHandler())))
        {
            using var content = JsonDocument.Parse(await File.ReadAllBytesAsync(ready));
            client.BaseAddress = new Uri(content.RootElement.GetProperty("url").GetString()!);
            client.DefaultRequestHeaders.Add("api-key", EmulatorScene.ServerKey);
            await StartServerAsync(client);
        }

        if (isFull)
        {
            store.Fill();
        }

        await end.CancelAsync();
        await EmulatorScene.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(running.IsCompleted);
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await running, Is.EqualTo(expected));
            Assert.That(compute.Running, Has.Length.EqualTo(outlivesKills ? 1 : 0));
        }
    }

    private static async Task StartServerAsync(HttpClient client)
    {
        using var created = await Answer(client.PostAsync("/api/v3/builds/upload-url", null));
        using var archive = new ByteArrayContent(EmulatorScene.Zip("Server.x86_64"));
        (await client.PutAsync(created.RootElement.GetProperty("upload_url").GetString(), archive)).Dispose();
        var build = $"/api/v3/builds/{created.RootElement.GetProperty("build_id").GetString()}";
        await EmulatorScene.UntilAsync(async () => await StatusAsync(client, build) is "ready");
        using var body = new StringContent(EmulatorScene.MinimalStart);
        using var started = await Answer(client.PostAsync("/api/v3/servers/start", body));
        var server = $"/api/v3/servers/{started.RootElement.GetProperty("instance_id").GetString()}";
        await EmulatorScene.UntilAsync(async () => await StatusAsync(client, server) is "running");
    }

    private static async Task<string?> StatusAsync(HttpClient client, string path)
    {
        using var answer = await Answer(client.GetAsync(path));
        return answer.RootElement.GetProperty("status").GetString();
    }

    private static async Task<JsonDocument> Answer(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
    }
}
