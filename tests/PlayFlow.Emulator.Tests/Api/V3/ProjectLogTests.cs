using NUnit.Framework;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

internal sealed class ProjectLogTests
{
    private const string Path = "/api/v3/projects/logs";

    [Test]
    public async Task Log_HasTheLinesOfAllServersWithTheirNamesAndRegions()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var one = await scene.RunServerAsync();
        var two = await scene.RunServerAsync("""{"name":"two","region":"sea"}""");
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Write(scene, one, "of one");
        Write(scene, two, "of two", LogLevel.Error);
        await scene.DeleteAsync($"/api/v3/servers/{two}");
        var answer = await scene.GetAsync($"{Path}?start_time=2026-03-15T10:30:01Z&limit=2");
        Assert.That(answer.Text("next_token"), Is.Not.Empty, "the stop left a line, too");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""200 {"logs":[{"timestamp":"2026-03-15T10:30:01.123Z","message":"of one","level":"info","instance":"{{one}}","region":"us-east","server_name":"one"},{"timestamp":"2026-03-15T10:30:01.123Z","message":"of two","level":"error","instance":"{{two}}","region":"sea","server_name":"two"}],"next_token":"{{answer.Text("next_token")}}"}"""));
    }

    [TestCase("start_time")]
    [TestCase("next_token")]
    public async Task Log_ReadInPages_LosesAndRepeatsNothing(string parameter)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var servers = new[] { await scene.RunServerAsync(), await scene.RunServerAsync() };
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var expected = Enumerable.Range(0, 20).Select(i => $"line {i}").ToList();
        for (var i = 0; i < expected.Count; i++)
        {
            Write(scene, servers[i % 2], expected[i]);
        }

        var read = new List<string>();
        var page = await scene.GetAsync($"{Path}?start_time=2026-03-15T10:30:01Z&limit=3");
        while (true)
        {
            read.AddRange(Messages(page));
            if (page.Json.GetProperty("next_token").GetString() is not { } token)
            {
                break;
            }

            page = await scene.GetAsync($"{Path}?limit=3&{parameter}={Uri.EscapeDataString(token)}");
        }

        Assert.That(read, Is.EqualTo(expected));
    }

    [Test]
    public async Task Log_OfServersLongStopped_StillHasTheirNames()
    {
        var rules = new FleetRules();
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        await scene.DeleteAsync($"/api/v3/servers/{id}");
        for (var i = 0; i < rules.StoppedServersInMemory + 1; i++)
        {
            await scene.DeleteAsync($"/api/v3/servers/{await scene.StartServerAsync("""{"name":"more","region":"sea"}""")}");
        }

        await scene.SettleAsync();
        var lines = (await scene.GetAsync($"{Path}?start_time=-1h&limit=1000")).Json.GetProperty("logs").EnumerateArray()
            .Where(line => line.GetProperty("instance").GetString() == id).ToList();
        Assert.That(lines, Is.Not.Empty);
        Assert.That(lines.Select(line => line.GetProperty("server_name").GetString()), Is.All.EqualTo("one"));
    }

    [TestCase("start_time=-1h", 2)]
    [TestCase("start_time=2026-03-15T10:30:01.123Z", 1)]
    [TestCase("start_time=2026-03-15T10:30:00Z&end_time=2026-03-15T10:30:01.123Z", 1)]
    [TestCase("start_time=2026-03-15T10:30:00Z&end_time=2026-03-15T10:30:01.122Z", 0)]
    [TestCase("start_time=-1h&end_time=-1s", 1)]
    [TestCase("start_time=-1h&end_time=-99999999999999d", 0)]
    [TestCase("start_time=-0s&end_time=-1h", 0)]
    public async Task Times_BoundTheLines(string query, int lines)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Write(scene, id, "first");
        await scene.GetAsync($"{Path}?start_time=-1h");
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Write(scene, id, "second");
        Assert.That(Messages(await scene.GetAsync($"{Path}?{query}")).Count(line => line is "first" or "second"), Is.EqualTo(lines));
    }

    [TestCase("", """{"loc":["start_time"],"msg":"Required","type":"invalid_type"}""")]
    [TestCase("start_time=soon", """{"loc":["start_time"],"msg":"Invalid datetime","type":"invalid_string"}""")]
    [TestCase("next_token=soon", """{"loc":["next_token"],"msg":"Invalid datetime","type":"invalid_string"}""")]
    [TestCase("start_time=-1h&end_time=later", """{"loc":["end_time"],"msg":"Invalid datetime","type":"invalid_string"}""")]
    [TestCase("start_time=-1h&end_time=2026-03-15T10:30:00.12300000000000000000000001Z", """{"loc":["end_time"],"msg":"Invalid datetime","type":"invalid_string"}""")]
    [TestCase("start_time=-1h&limit=0", """{"loc":["limit"],"msg":"Number must be greater than or equal to 1","type":"too_small"}""")]
    [TestCase("start_time=-1h&limit=1001", """{"loc":["limit"],"msg":"Number must be less than or equal to 1000","type":"too_big"}""")]
    [TestCase("limit=x", """{"loc":["start_time"],"msg":"Required","type":"invalid_type"},{"loc":["limit"],"msg":"Expected number, received nan","type":"invalid_type"}""")]
    public async Task Query_ThatIsWrong_IsInvalid(string query, string issues)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync($"{Path}?{query}")).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{{issues}}],"status":422}"""));
    }

    private static void Write(EmulatorScene scene, string id, string line, LogLevel level = LogLevel.Info) =>
        Assert.That(scene.Compute.WriteLine(scene.Compute.Running.First(launch => launch.Instance.Value == id), line, level), Is.True);

    private static IEnumerable<string> Messages(Answer log) =>
        log.Json.GetProperty("logs").EnumerateArray().Select(line => line.GetProperty("message").GetString()!);
}
