using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

internal sealed class ServerLogTests
{
    [Test]
    public async Task Log_OfARunningServer_HasWhatWasSaidInOrder()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Write(scene, "hello \"world\"");
        Write(scene, "oh no", LogLevel.Error);
        var answer = await scene.GetAsync($"/api/v3/servers/{id}/logs?start_time=2026-03-15T10:30:01Z");
        var machine = answer.Text("machine_id");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""200 {"logs":[{"timestamp":"2026-03-15T10:30:01.123Z","message":"hello \"world\"","level":"info","instance":"{{id}}","region":"us-east"},{"timestamp":"2026-03-15T10:30:01.123Z","message":"oh no","level":"error","instance":"{{id}}","region":"us-east"}],"instance_id":"{{id}}","machine_id":"{{machine}}","next_token":null}"""));
        Assert.That(machine, Does.Match("^[0-9a-f]{14}$"));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(7)]
    public async Task Log_ReadInPages_LosesAndRepeatsNothing(int limit)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        var expected = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            // Many lines of one moment, which a time alone could not tell apart.
            scene.Time.Advance(TimeSpan.FromMilliseconds(i % 5 == 0 ? 1 : 0));
            Write(scene, $"line {i}");
            expected.Add($"line {i}");
        }

        var read = new List<string>();
        string? token = "2026-03-15T10:30:00.123Z";
        while (token is not null)
        {
            var page = await scene.GetAsync($"/api/v3/servers/{id}/logs?limit={limit}&start_time={Uri.EscapeDataString(token)}");
            var lines = Messages(page).ToList();
            Assert.That(lines, Has.Count.LessThanOrEqualTo(limit));
            read.AddRange(lines);
            token = page.Json.GetProperty("next_token").GetString();
        }

        Assert.That(read, Is.EqualTo(expected));
    }

    [TestCase("servers/{0}/logs")]
    [TestCase("projects/logs")]
    public async Task Log_OfLongLines_StaysBelow4MiBAndLosesNothing(string path)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();

        // What the platform says of the start has its time before the clock goes on.
        await EmulatorScene.UntilAsync(async () => Messages(await scene.GetAsync($"/api/v3/servers/{id}/logs")).Count() == 2);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var expected = Enumerable.Range(0, 500).Select(i => $"{i} {new string('x', 15_000)}").ToList();
        expected.ForEach(line => Write(scene, line));

        var read = new List<string>();
        var pages = 0;
        string? token = "2026-03-15T10:30:01Z";
        while (token is not null)
        {
            var page = await scene.GetAsync(
                $"/api/v3/{string.Format(null, path, id)}?limit=1000&start_time={Uri.EscapeDataString(token)}");
            Assert.That(page.Body, Has.Length.LessThan(4 << 20));
            read.AddRange(Messages(page));
            token = page.Json.GetProperty("next_token").GetString();
            pages++;
        }

        Assert.That(read, Is.EqualTo(expected));
        Assert.That(pages, Is.EqualTo(3));
    }

    [TestCase("2026-03-15T10:30:01.124Z", 0)]
    [TestCase("2026-03-15T10:30:01.123Z", 0)]
    [TestCase("2026-03-15T10:30:01.1239999Z", 0)]
    [TestCase("2026-03-15T10:30:01.122Z", 1)]
    [TestCase("2026-03-15T10:30:01.12Z", 1)]
    [TestCase("2026-03-15T10:30:01Z", 1)]
    [TestCase("2026-03-15T10:30:01", 1)]
    [TestCase("2026-03-15T12:30:01.122%2B02:00", 1)]
    [TestCase("2026-03-15T12:30:01.123+02:00", 0)]
    [TestCase("2026-03-15T05:30:01.123-0500", 0)]
    [TestCase("2026-03-15T10:30Z", 1)]
    [TestCase("2026-03-15", 1)]
    [TestCase("2026-03-15T10:30:01.122999999Z", 1)]
    [TestCase("-30s", 1)]
    [TestCase("-1m", 1)]
    [TestCase("-1h", 1)]
    [TestCase("-2d", 1)]
    [TestCase("-0s", 0)]
    [TestCase("-99999999999999999d", 1)]
    public async Task StartTime_CountsLinesStrictlyAfterIt(string start, int lines)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Write(scene, "the line");
        var all = Messages(await scene.GetAsync($"/api/v3/servers/{id}/logs?start_time={start}"));
        Assert.That(all.Count(line => line == "the line"), Is.EqualTo(lines));
    }

    [TestCase("yesterday")]
    [TestCase("")]
    [TestCase("-1w")]
    [TestCase("-h")]
    [TestCase("1h")]
    [TestCase("2026-13-01")]
    [TestCase("2026-03-15T10:30:01.Z")]
    [TestCase("2026-03-15T10:30:01.1x3Z")]
    [TestCase("2026-03-15T10:30.5Z")]
    [TestCase("0001-01-01T00:00:00%2B10:00")]
    [TestCase("2026-03-15T10:30:00.12345679999999999999999999Z")]
    public async Task StartTime_ThatIsNone_IsInvalid(string start)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync($"/api/v3/servers/x/logs?start_time={start}")).ToString(), Is.EqualTo(
            """422 {"error":"Validation error","detail":[{"loc":["start_time"],"msg":"Invalid datetime","type":"invalid_string"}],"status":422}"""));
    }

    [TestCase(0, "Number must be greater than or equal to 1", "too_small")]
    [TestCase(1001, "Number must be less than or equal to 1000", "too_big")]
    public async Task Limit_OutOfRange_IsInvalid(int limit, string message, string type)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync($"/api/v3/servers/x/logs?limit={limit}")).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{"loc":["limit"],"msg":"{{message}}","type":"{{type}}"}],"status":422}"""));
    }

    [Test]
    public async Task MachineId_ChangesWithARestartOnly()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        var first = (await scene.GetAsync($"/api/v3/servers/{id}/logs")).Text("machine_id");
        await scene.PostAsync($"/api/v3/servers/{id}/restart");
        var second = (await scene.GetAsync($"/api/v3/servers/{id}/logs")).Text("machine_id");
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs")).Text("machine_id"), Is.EqualTo(second));
    }

    [Test]
    public async Task MachineId_OfAServerThatCouldNotBeLaunched_IsNull()
    {
        await using var scene = await EmulatorScene.StartAsync(
            script: FakeComputeScript.FailsToLaunch(StopReason.StartupFailureExecutable, "no such file"));
        await scene.UploadAsync();
        var started = await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart);
        var id = started.Text("instance_id");
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/servers/{id}")).Text("status") is "stopped");
        var log = await scene.GetAsync($"/api/v3/servers/{id}/logs");
        Assert.That(log.Json.GetProperty("machine_id").GetString(), Is.Null);
        Assert.That(Messages(log), Has.Some.Contains("STARTUP_FAILURE_EXECUTABLE").And.Some.Contains("no such file"));
    }

    private static void Write(EmulatorScene scene, string line, LogLevel level = LogLevel.Info) =>
        Assert.That(scene.Compute.WriteLine(scene.Compute.Running[^1], line, level), Is.True);

    private static IEnumerable<string> Messages(Answer log) =>
        log.Json.GetProperty("logs").EnumerateArray().Select(line => line.GetProperty("message").GetString()!);
}
