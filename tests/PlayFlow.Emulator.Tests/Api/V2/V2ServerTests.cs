using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V2;

internal sealed class V2ServerTests
{
    [Test]
    public async Task List_HasEveryServerWithoutPages()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var launching = await scene.StartServerAsync();
        var running = await scene.RunServerAsync();
        var listed = await scene.GetAsync("/v2/servers/");
        var all = await scene.GetAsync("/v2/servers/?include_launching=True");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed.Body, Is.EqualTo($$"""{"total_servers":1,"servers":[{{(await scene.GetAsync($"/api/v3/servers/{running}")).Body}}]}"""));
            Assert.That(all.Json.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("instance_id").GetString()), Is.EqualTo(new[] { running, launching }));
            Assert.That((await scene.GetAsync("/v2/servers?include_launching=maybe")).Status, Is.EqualTo(422));
        }
    }

    [Test]
    public async Task List_OfMoreServersThanAPageHolds_HasThemAll()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        for (var i = 0; i < 120; i++)
        {
            await scene.PostAsync("/v2/servers/start", EmulatorScene.MinimalStart);
        }

        var list = (await scene.GetAsync("/api/v2/servers?include_launching=1")).Json;
        Assert.That((list.GetProperty("total_servers").GetInt32(), list.GetProperty("servers").GetArrayLength()), Is.EqualTo((120, 120)));
    }

    [TestCase("""{"name":"a","region":"sea","version":"2"}""", 2)]
    [TestCase("""{"name":"a","region":"sea","version":2,"version_tag":"default"}""", 2)]
    [TestCase("""{"name":"a","region":"sea","version":"1","version_tag":"default"}""", 1)]
    [TestCase("""{"name":"a","region":"sea","version":null}""", 2)]
    [TestCase("""{"name":"a","region":"sea","version":"","version_tag":""}""", 2)]
    [TestCase("""{"name":"a","region":"sea","startup_args":null,"version_tag":null,"ttl":null,"auto_restart":null,"custom_data":null,"compute_size":"micro"}""", 2)]
    [TestCase("""{"name":"a","region":"sea","startup_args":"-x","ttl":60,"auto_restart":true,"custom_data":{"a":[1]},"match_id":7,"environment_variables":[]}""", 2)]
    public async Task Start_TakesNullsAndVersionsAsTexts(string body, int version)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        await scene.UploadAsync();
        var answer = await scene.PostAsync("/v2/servers/start", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Body);
        Assert.That(answer.Text("status"), Is.EqualTo("launching"));
        Assert.That(answer.Json.GetProperty("version").GetInt32(), Is.EqualTo(version));
    }

    [TestCase("""{}""", """{"loc":["name"],"msg":"Required","type":"invalid_type"},{"loc":["region"],"msg":"Required","type":"invalid_type"}""")]
    [TestCase("""{"name":null,"region":"sea"}""", """{"loc":["name"],"msg":"Expected string, received null","type":"invalid_type"}""")]
    [TestCase("""{"name":"a","region":"sea","version":"latest"}""", """{"loc":["version"],"msg":"Expected number, received nan","type":"invalid_type"}""")]
    [TestCase("""{"name":"a","region":"sea","version":"1.5"}""", """{"loc":["version"],"msg":"Expected integer, received float","type":"invalid_type"}""")]
    [TestCase("""{"name":"a","region":"sea","version":true}""", """{"loc":["version"],"msg":"Expected number, received boolean","type":"invalid_type"}""")]
    [TestCase("""{"name":"a","region":"sea","ttl":59}""", """{"loc":["ttl"],"msg":"Number must be greater than or equal to 60","type":"too_small"}""")]
    [TestCase("""{"name":"a","region":"sea","custom_data":[]}""", """{"loc":["custom_data"],"msg":"Expected object, received array","type":"invalid_type"}""")]
    public async Task Start_WithAWrongField_IsInvalid(string body, string issues)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.PostAsync("/v2/servers/start", body)).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{{issues}}],"status":422}"""));
    }

    [Test]
    public async Task Report_OfALaunchingServer_MakesItRun()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var running = await ReportAsync(scene, id, "running");
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        var again = await ReportAsync(scene, id, "running");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(running.Status, Is.EqualTo(200));
            Assert.That((running.Text("status"), running.Text("started_at")), Is.EqualTo(("running", "2026-03-15T10:30:01.123Z")));
            Assert.That(again.ToString(), Is.EqualTo(running.ToString()));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Body, Is.EqualTo(running.Body));
        }
    }

    [TestCase(null, """{"loc":["X-Server-Status"],"msg":"Required","type":"invalid_type"}""")]
    [TestCase("launching", """{"loc":["X-Server-Status"],"msg":"Invalid enum value. Expected 'running', received 'launching'","type":"invalid_enum_value"}""")]
    [TestCase("stopped", """{"loc":["X-Server-Status"],"msg":"Invalid enum value. Expected 'running', received 'stopped'","type":"invalid_enum_value"}""")]
    public async Task Report_OfAnythingElse_IsInvalidAndChangesNothing(string? status, string issue)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        Assert.That((await ReportAsync(scene, id, status)).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{{issue}}],"status":422}"""));
        Assert.That((await scene.GetAsync($"/v2/servers/{id}")).Text("status"), Is.EqualTo("launching"));
    }

    [Test]
    public async Task Report_OfAStoppedServer_IsABadRequest()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        Assert.That((await scene.DeleteAsync($"/v2/servers/{id}")).ToString(), Is.EqualTo("""200 {"status":"stopped"}"""));
        Assert.That((await ReportAsync(scene, id, "running")).Status, Is.EqualTo(400));
        Assert.That((await ReportAsync(scene, "unknown", "running")).Status, Is.EqualTo(404));
    }

    [TestCase("""{"custom_data":{"a":1}}""", """{"a":1}""")]
    [TestCase("""{"custom_data":{}}""", "{}")]
    [TestCase("""{"custom_data":null}""", "null")]
    [TestCase("{}", "null")]
    public async Task Update_ReplacesTheCustomData(string body, string expected)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        var answer = await scene.PostAsync($"/v2/servers/{id}/update", body);
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Json.GetProperty("custom_data").GetRawText(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Restart_TakesAVersionBesideAVersionTagOnly()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        var alone = await scene.PostAsync($"/v2/servers/{id}/restart", """{"version":"1","name":null,"ttl":null,"custom_data":null}""");
        var both = await scene.PostAsync($"/v2/servers/{id}/restart", """{"version":"1","version_tag":"default","name":"again"}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((alone.Status, alone.Json.GetProperty("version").GetInt32(), alone.Text("name")), Is.EqualTo((200, 2, "one")));
            Assert.That((both.Status, both.Json.GetProperty("version").GetInt32(), both.Text("name")), Is.EqualTo((200, 1, "again")));
        }
    }

    private static Task<Answer> ReportAsync(EmulatorScene scene, string id, string? status)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/v2/servers/{id}/update");
        if (status is not null)
        {
            request.Headers.Add("X-Server-Status", status);
        }

        return scene.SendAsync(request);
    }
}
