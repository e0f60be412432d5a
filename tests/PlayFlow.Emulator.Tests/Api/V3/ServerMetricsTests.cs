using NUnit.Framework;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

internal sealed class ServerMetricsTests
{
    private static IEnumerable<TestCaseData> Answers =>
    [
        new TestCaseData("", 3600, "60s", 5).SetName("Metrics_WithoutAQuery_AreOfAnHourInMinutes"),
        new TestCaseData("?period=5m&step=15s", 300, "15s", 16).SetName("Metrics_OfFiveMinutesInQuarters"),
        new TestCaseData("?period=15m&step=30s", 900, "30s", 9).SetName("Metrics_OfAQuarterOfAnHourInHalves"),
        new TestCaseData("?period=6h&step=300s", 21600, "300s", 1).SetName("Metrics_OfSixHoursInFiveMinutes"),
        new TestCaseData("?period=24h", 86400, "60s", 5).SetName("Metrics_OfADay"),
    ];

    [Test]
    public async Task Metrics_OfARunningServer_HaveTheDocumentedShape()
    {
        await using var scene = await EmulatorScene.StartAsync(sample: Sample);
        await scene.UploadAsync();
        var id = await scene.RunServerAsync("""{"name":"one","region":"eu-west","compute_size":"medium"}""");
        await SampleAsync(scene, times: 3);
        var answer = await scene.GetAsync($"/api/v3/servers/{id}/metrics?period=5m&step=15s");
        var machine = answer.Text("machine_id");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$$"""200 {"instance_id":"{{{id}}}","region":"eu-west","machine_id":"{{{machine}}}","period":{"start":1773570345,"end":1773570645,"step":"15s"},"cpu":{"usage_percent":[{"t":1773570630,"v":12.5},{"t":1773570645,"v":12.5}]},"memory":{"used_mb":[{"t":1773570615,"v":96.5},{"t":1773570630,"v":96.5},{"t":1773570645,"v":96.5}],"total_mb":2048},"network":{"rx_bytes_per_sec":[],"tx_bytes_per_sec":[]},"load":{"average_1m":[{"t":1773570615,"v":0.33},{"t":1773570630,"v":0.33},{"t":1773570645,"v":0.33}]},"connections":{"tcp":[{"t":1773570615,"v":3},{"t":1773570630,"v":3},{"t":1773570645,"v":3}]}}"""));
        Assert.That(machine, Is.EqualTo((await scene.GetAsync($"/api/v3/servers/{id}/logs")).Text("machine_id")));
    }

    [TestCaseSource(nameof(Answers))]
    public async Task Metrics_OfAPeriod(string query, int period, string step, int steps)
    {
        await using var scene = await EmulatorScene.StartAsync(sample: Sample);
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        await SampleAsync(scene, times: 16);
        var json = (await scene.GetAsync($"/api/v3/servers/{id}/metrics{query}")).Json;
        var asked = json.GetProperty("period");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.GetProperty("end").GetInt64() - asked.GetProperty("start").GetInt64(), Is.EqualTo(period));
            Assert.That(asked.GetProperty("step").GetString(), Is.EqualTo(step));
            Assert.That(json.GetProperty("memory").GetProperty("used_mb").GetArrayLength(), Is.EqualTo(steps));
        }
    }

    [Test]
    public async Task Metrics_OfAServerWithoutSamples_AreEmpty()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        var answer = await scene.GetAsync($"/api/v3/servers/{id}/metrics");
        var machine = answer.Text("machine_id");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$$"""200 {"instance_id":"{{{id}}}","region":"us-east","machine_id":"{{{machine}}}","period":{"start":1773567060,"end":1773570660,"step":"60s"},"cpu":{"usage_percent":[]},"memory":{"used_mb":[],"total_mb":1024},"network":{"rx_bytes_per_sec":[],"tx_bytes_per_sec":[]},"load":{"average_1m":[]},"connections":{"tcp":[]}}"""));
    }

    [Test]
    public async Task Metrics_OfAStoppedServer_AreStillThere()
    {
        await using var scene = await EmulatorScene.StartAsync(sample: Sample);
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        await SampleAsync(scene, times: 2);
        await scene.DeleteAsync($"/api/v3/servers/{id}");
        scene.Time.Advance(TimeSpan.FromMinutes(10));
        var metrics = await scene.GetAsync($"/api/v3/servers/{id}/metrics?step=15s");
        Assert.That(metrics.Json.GetProperty("memory").GetProperty("used_mb").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Query_OfOtherWords_IsInvalid()
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync("/api/v3/servers/x/metrics?step=60&period=")).ToString(), Is.EqualTo(
            """422 {"error":"Validation error","detail":[{"loc":["period"],"msg":"Invalid enum value. Expected '5m' | '15m' | '1h' | '6h' | '24h', received ''","type":"invalid_enum_value"},{"loc":["step"],"msg":"Invalid enum value. Expected '15s' | '30s' | '60s' | '300s', received '60'","type":"invalid_enum_value"}],"status":422}"""));
    }

    [Test]
    public async Task Server_OfNobody_IsNotFound()
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync("/api/v3/servers/x/metrics")).ToString(), Is.EqualTo(
            """404 {"error":"Server not found","detail":"Server not found","status":404}"""));
    }

    private static ComputeSample Sample(TimeSpan age) => new()
    {
        CpuTime = age / 8,
        MemoryBytes = (96 * 1024 * 1024) + (512 * 1024),
        LoadAverage = 1d / 3,
        TcpConnections = 3,
    };

    // Each sample is waited for: the clock must not run ahead of what is taken in the background.
    private static async Task SampleAsync(EmulatorScene scene, int times)
    {
        for (var i = 0; i < times; i++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(15));
            await scene.Host.Fleet.WhenSettledAsync();
        }
    }
}
