using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

/// <summary>Read, list, update, stop and restart servers.</summary>
internal sealed class ServerTests
{
    private const string NotFound = """404 {"error":"Server not found","detail":"Server not found","status":404}""";

    [Test]
    public async Task Get_WhenPortsOpened_IsRunningSince()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        scene.Compute.OpenPorts(scene.Compute.Running[0]);
        await scene.SettleAsync();
        var answer = await scene.GetAsync($"/api/v3/servers/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(answer.Text("status"), Is.EqualTo("running"));
            Assert.That(answer.Text("created_at"), Is.EqualTo("2026-03-15T10:30:00.123Z"));
            Assert.That(answer.Text("started_at"), Is.EqualTo("2026-03-15T10:30:05.123Z"));
            Assert.That(answer.Text("updated_at"), Is.EqualTo("2026-03-15T10:30:05.123Z"));
        }
    }

    [TestCase("unknown")]
    [TestCase("00000000-0000-4000-8000-000000000000")]
    [TestCase("%F0%9F%98%80")]
    [TestCase("a%20b")]
    [TestCase("..%2f..%2fetc")]
    public async Task Server_OfAnOddId_IsNotFound(string id)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.DeleteAsync($"/api/v3/servers/{id}")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.PostAsync($"/api/v3/servers/{id}/update", "{}")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.PostAsync($"/api/v3/servers/{id}/update", """{"custom_data":{}}""")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.PostAsync($"/api/v3/servers/{id}/restart")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs")).ToString(), Is.EqualTo(NotFound));
        }
    }

    [Test]
    public async Task Server_OfAnotherProject_IsNotFound()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.Host.Fleet.ConfigureProjectAsync(new ProjectId("other"), "other", new ProjectKeys("pf_other", "pfclient_other"), Plan.Pro);
        var build = await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}", "pf_other")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.DeleteAsync($"/api/v3/servers/{id}", "pf_other")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.PostAsync($"/api/v3/servers/{id}/restart", null, "pf_other")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs", "pf_other")).ToString(), Is.EqualTo(NotFound));
            Assert.That((await scene.GetAsync("/api/v3/servers", "pf_other")).Json.GetProperty("total").GetInt32(), Is.Zero);
            Assert.That((await scene.GetAsync($"/api/v3/builds/{build}", "pf_other")).Status, Is.EqualTo(404));
            Assert.That((await scene.DeleteAsync($"/api/v3/builds/{build}", "pf_other")).Status, Is.EqualTo(404));
            Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart, "pf_other")).Status, Is.EqualTo(404));
        }
    }

    [Test]
    public async Task List_OfMuchCustomData_StaysBelow4MiB_AndPagesOnFromWhatItReturned()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var data = $$"""{"blob":"{{new string('x', 900_000)}}"}""";
        for (var i = 0; i < 9; i++)
        {
            var started = await scene.PostAsync("/api/v3/servers/start", $$"""{"name":"{{i}}","region":"us-east","custom_data":{{data}}}""");
            Assert.That(started.Status, Is.EqualTo(201));
        }

        var names = new List<string>();
        for (var hasMore = true; hasMore;)
        {
            var page = await scene.GetAsync($"/api/v3/servers?include_launching=true&offset={names.Count}");
            Assert.That(page.Body, Has.Length.LessThan(4 << 20));
            Assert.That(page.Json.GetProperty("total").GetInt32(), Is.EqualTo(9));
            names.AddRange(page.Json.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("name").GetString()!));
            hasMore = page.Json.GetProperty("has_more").GetBoolean();
        }

        Assert.That(names, Is.EquivalentTo(Enumerable.Range(0, 9).Select(i => $"{i}")));
    }

    [Test]
    public async Task List_ShowsRunningOnes_AndLaunchingOnesWhenAsked()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var running = await scene.RunServerAsync();
        var launching = await scene.StartServerAsync();
        var stopped = await scene.RunServerAsync();
        await scene.DeleteAsync($"/api/v3/servers/{stopped}");

        var plain = await scene.GetAsync("/api/v3/servers");
        var one = await scene.GetAsync($"/api/v3/servers/{running}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plain.ToString(), Is.EqualTo(
                $$"""200 {"total":1,"total_servers":1,"servers":[{{one.Body}}],"limit":50,"offset":0,"has_more":false}"""));
            foreach (var flag in (string[])["true", "TRUE", "1", "True"])
            {
                Assert.That(Ids(await scene.GetAsync($"/api/v3/servers?include_launching={flag}")), Is.EqualTo(new[] { launching, running }));
            }

            Assert.That(Ids(await scene.GetAsync("/api/v3/servers?include_launching=false&include_pool=0")), Is.EqualTo(new[] { running }));
        }
    }

    [Test]
    public async Task List_InPages_IsWalkedWithoutGapOrRepeat()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            ids.Insert(0, await scene.RunServerAsync());
        }

        var walked = new List<string>();
        for (var offset = 0; ; offset += 3)
        {
            var page = await scene.GetAsync($"/api/v3/servers?limit=3&offset={offset}");
            walked.AddRange(Ids(page));
            Assert.That(page.Json.GetProperty("limit").GetInt32(), Is.EqualTo(3));
            Assert.That(page.Json.GetProperty("offset").GetInt32(), Is.EqualTo(offset));
            Assert.That(page.Json.GetProperty("total").GetInt32(), Is.EqualTo(7));
            if (!page.Json.GetProperty("has_more").GetBoolean())
            {
                break;
            }
        }

        Assert.That(walked, Is.EqualTo(ids));
        Assert.That((await scene.GetAsync("/api/v3/servers?offset=100")).Body, Is.EqualTo(
            """{"total":7,"total_servers":7,"servers":[],"limit":50,"offset":100,"has_more":false}"""));
    }

    [TestCase("limit=0", "limit", "Number must be greater than or equal to 1", "too_small")]
    [TestCase("limit=", "limit", "Number must be greater than or equal to 1", "too_small")]
    [TestCase("limit=101", "limit", "Number must be less than or equal to 100", "too_big")]
    [TestCase("limit=1e99", "limit", "Number must be less than or equal to 100", "too_big")]
    [TestCase("limit=abc", "limit", "Expected number, received nan", "invalid_type")]
    [TestCase("limit=1.5", "limit", "Expected integer, received float", "invalid_type")]
    [TestCase("offset=-1", "offset", "Number must be greater than or equal to 0", "too_small")]
    [TestCase("offset=99999999999", "offset", "Number must be less than or equal to 2147483647", "too_big")]
    [TestCase("include_launching=maybe", "include_launching", "Invalid enum value. Expected 'true' | 'false', received 'maybe'", "invalid_enum_value")]
    [TestCase("include_pool=", "include_pool", "Invalid enum value. Expected 'true' | 'false', received ''", "invalid_enum_value")]
    public async Task List_WithAWrongQuery_NamesIt(string query, string name, string message, string type)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync($"/api/v3/servers?{query}")).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{"loc":["{{name}}"],"msg":"{{message}}","type":"{{type}}"}],"status":422}"""));
    }

    [TestCase("limit=1e1", 10)]
    [TestCase("limit=%2010%20", 10)]
    [TestCase("limit=10.0", 10)]
    [TestCase("limit=10&limit=20", 10)]
    public async Task List_WithANumberWrittenOddly_ReadsIt(string query, int limit)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.GetAsync($"/api/v3/servers?{query}")).Json.GetProperty("limit").GetInt32(), Is.EqualTo(limit));
    }

    [Test]
    public async Task Update_ReplacesCustomDataAsAWhole()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync("""{"name":"a","region":"sea","custom_data":{"a":1,"b":2}}""");
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var unchanged = await scene.PostAsync($"/api/v3/servers/{id}/update", "{}");
        var changed = await scene.PostAsync($"/api/v3/servers/{id}/update", """{"custom_data":{"b":[]}}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(unchanged.Status, Is.EqualTo(200));
            Assert.That(unchanged.Text("updated_at"), Is.EqualTo("2026-03-15T10:30:00.123Z"));
            Assert.That(changed.Json.GetProperty("custom_data").GetRawText(), Is.EqualTo("""{"b":[]}"""));
            Assert.That(changed.Text("updated_at"), Is.EqualTo("2026-03-15T10:30:01.123Z"));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Body, Is.EqualTo(changed.Body));
        }
    }

    [Test]
    public async Task Stop_IsSeenAtOnce_AndMayBeRepeated()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var first = await scene.DeleteAsync($"/api/v3/servers/{id}?shutdown_reason=match%20over%0Afake");
        var stopped = await scene.GetAsync($"/api/v3/servers/{id}");
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await scene.DeleteAsync($"/api/v3/servers/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.ToString(), Is.EqualTo("""200 {"status":"stopped"}"""));
            Assert.That(second.ToString(), Is.EqualTo(first.ToString()));
            Assert.That(stopped.Text("status"), Is.EqualTo("stopped"));
            Assert.That(stopped.Text("stopped_at"), Is.EqualTo("2026-03-15T10:30:01.123Z"));
            Assert.That(stopped.Json.GetProperty("network_ports").GetArrayLength(), Is.Zero);
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Text("updated_at"), Is.EqualTo("2026-03-15T10:30:01.123Z"));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs")).Body, Does.Contain("match over fake"));
        }
    }

    [Test]
    public async Task Stop_WhileLaunching_Works()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        Assert.That((await scene.DeleteAsync($"/api/v3/servers/{id}")).Status, Is.EqualTo(200));
        await EmulatorScene.UntilAsync(() => Task.FromResult(scene.Compute.Running.IsEmpty));
        Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs")).Body, Does.Contain("SHUTDOWN_SIGNAL"));
    }

    [Test]
    public async Task Stop_WithAReasonTooLong_IsInvalid()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.DeleteAsync($"/api/v3/servers/x?shutdown_reason={new string('x', 256)}");
        Assert.That(answer.ToString(), Is.EqualTo(
            """422 {"error":"Validation error","detail":[{"loc":["shutdown_reason"],"msg":"String must contain at most 255 character(s)","type":"too_big"}],"status":422}"""));
    }

    [Test]
    public async Task Restart_KeepsTheServerAndChangesItsPorts()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        await scene.UploadAsync("next");
        var id = await scene.RunServerAsync("""{"name":"a","region":"sea","match_id":"m","startup_args":"-x"}""");
        var before = (await scene.GetAsync($"/api/v3/servers/{id}")).Json;
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var answer = await scene.PostAsync(
            $"/api/v3/servers/{id}/restart", """{"version_tag":"next","ttl":120,"auto_restart":true,"custom_data":{"r":1},"compute_size":"large"}""");
        var after = answer.Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(200));
            Assert.That(after.GetProperty("instance_id").GetString(), Is.EqualTo(id));
            Assert.That(after.GetProperty("status").GetString(), Is.EqualTo("launching"));
            Assert.That(after.GetProperty("started_at").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
            Assert.That(after.GetProperty("network_ports").GetRawText(), Is.Not.EqualTo(before.GetProperty("network_ports").GetRawText()));
            Assert.That(after.GetProperty("version_tag").GetString(), Is.EqualTo("next"));
            Assert.That(after.GetProperty("ttl").GetInt32(), Is.EqualTo(120));
            Assert.That(after.GetProperty("startup_args").GetString(), Is.EqualTo("-x"));
            Assert.That(after.GetProperty("match_id").GetString(), Is.EqualTo("m"));
            Assert.That(after.GetProperty("compute_size").GetString(), Is.EqualTo("large"));
            Assert.That(after.GetProperty("custom_data").GetRawText(), Is.EqualTo("""{"r":1}"""));
            Assert.That(after.GetProperty("created_at").GetString(), Is.EqualTo("2026-03-15T10:30:00.123Z"));
            Assert.That(after.GetProperty("updated_at").GetString(), Is.EqualTo("2026-03-15T10:30:01.123Z"));
        }
    }

    [Test]
    public async Task Restart_OfAStoppedServer_IsRefused()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        await scene.DeleteAsync($"/api/v3/servers/{id}");
        Assert.That((await scene.PostAsync($"/api/v3/servers/{id}/restart")).ToString(), Is.EqualTo(
            """400 {"error":"Server is stopped and cannot be restarted","detail":"Server is stopped and cannot be restarted","status":400}"""));
    }

    [Test]
    public async Task Restart_ToABuildThatIsNotThere_IsNotFoundAndChangesNothing()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        var before = await scene.GetAsync($"/api/v3/servers/{id}");
        Assert.That((await scene.PostAsync($"/api/v3/servers/{id}/restart", """{"version_tag":"none"}""")).Status, Is.EqualTo(404));
        Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Body, Is.EqualTo(before.Body));
    }

    [Test]
    public async Task Ttl_WhenOver_StopsTheServer()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync("""{"name":"a","region":"sea","ttl":60}""");
        scene.Time.Advance(TimeSpan.FromSeconds(60));
        await scene.SettleAsync();
        Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Text("status"), Is.EqualTo("stopped"));
        Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs")).Body, Does.Contain("TTL_EXPIRED"));
    }

    private static IEnumerable<string> Ids(Answer list) =>
        list.Json.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("instance_id").GetString()!);
}
