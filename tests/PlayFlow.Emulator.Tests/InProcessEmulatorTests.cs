using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Time;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests;

/// <summary>The entry for other people's tests: the HTTP API without a socket.</summary>
public sealed class InProcessEmulatorTests
{
    [Test]
    public async Task Client_StartsAServer_AndItsLifetimePassesInVirtualTime()
    {
        using var clock = new VirtualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var emulator = await InProcessEmulator.StartAsync(new InProcessEmulatorOptions { Time = clock });
        using var client = emulator.CreateClient();
        await UploadAsync(emulator, client);

        var started = await PostAsync(client, "/api/v3/servers/start", """{"name":"duel","region":"us-east","ttl":3600}""");
        await clock.AdvanceAsync(TimeSpan.Zero);
        var path = $"/api/v3/servers/{started.GetProperty("instance_id").GetString()}";
        var running = await client.GetFromJsonAsync<JsonElement>(path);
        await clock.AdvanceAsync(TimeSpan.FromHours(1));
        var stopped = await client.GetFromJsonAsync<JsonElement>(path);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(running.GetProperty("status").GetString(), Is.EqualTo("running"));
            Assert.That(stopped.GetProperty("status").GetString(), Is.EqualTo("stopped"));
        }
    }

    [Test]
    public async Task Keys_AreThoseGiven()
    {
        await using var emulator = await InProcessEmulator.StartAsync(
            new InProcessEmulatorOptions { Keys = new ProjectKeys("pf_mine", "pfclient_mine"), Plan = Plan.Free });
        using var mine = emulator.CreateClient();
        using var other = emulator.CreateClient("pf_local");
        using var mineAnswer = await mine.GetAsync("/api/v3/servers");
        using var otherAnswer = await other.GetAsync("/api/v3/servers");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(mineAnswer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(otherAnswer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }
    }

    [Test]
    public async Task Handler_ServesAClientOfOnesOwn()
    {
        await using var emulator = await InProcessEmulator.StartAsync();
        using var client = new HttpClient(new DocumentedAnswers(emulator.CreateHandler())) { BaseAddress = new Uri("https://api.example.com") };
        client.DefaultRequestHeaders.Add("api-key", "pf_local");
        using var answer = await client.GetAsync("/api/v3/servers");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static async Task UploadAsync(InProcessEmulator emulator, HttpClient client)
    {
        var ticket = await PostAsync(client, "/api/v3/builds/upload-url", "{}");
        using var archive = new ByteArrayContent(EmulatorScene.Zip("Server.x86_64"));
        using var put = await client.PutAsync(ticket.GetProperty("upload_url").GetString(), archive);
        put.EnsureSuccessStatusCode();
        await emulator.Fleet.WhenSettledAsync();
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(path, content);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
