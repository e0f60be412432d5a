using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api;

/// <summary>Two projects side by side: neither sees anything of the other, through either API.</summary>
internal sealed class IsolationTests
{
    [Test]
    public async Task Server_OfAnotherProject_IsNotThere()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        foreach (var api in (string[])["/api/v3", "/v2"])
        {
            foreach (var (method, path, body) in ((HttpMethod, string, string?)[])
            [
                (HttpMethod.Get, "", null), (HttpMethod.Delete, "", null), (HttpMethod.Post, "/update", """{"custom_data":{"a":1}}"""),
                (HttpMethod.Post, "/update", null), (HttpMethod.Post, "/restart", null),
            ])
            {
                var answer = await scene.SendAsync(method, $"{api}/servers/{id}{path}", body, Projects.OtherServerKey);
                Assert.That(answer.ToString(), Is.EqualTo("""404 {"error":"Server not found","detail":"Server not found","status":404}"""), $"{method} {api}{path}");
            }

            var list = await scene.GetAsync($"{api}/servers?include_launching=true", Projects.OtherServerKey);
            Assert.That(list.Json.GetProperty("total_servers").GetInt32(), Is.Zero);
        }

        using var report = new HttpRequestMessage(HttpMethod.Put, $"/v2/servers/{id}/update") { Headers = { { "X-Server-Status", "running" } } };
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.SendAsync(report, Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs", Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.GetAsync("/api/v3/projects/logs?start_time=-1h", Projects.OtherServerKey)).Json.GetProperty("logs").GetArrayLength(), Is.Zero);
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Text("status"), Is.EqualTo("running"), "nothing happened to it");
        }
    }

    [Test]
    public async Task Build_OfAnotherProject_IsNotThereAndStartsNothing()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var id = await scene.UploadAsync("arena");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}", Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}/logs", Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.DeleteAsync($"/api/v3/builds/{id}", Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.PostAsync($"/api/v3/builds/{id}/process", null, Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.GetAsync("/v2/builds/builds", Projects.OtherServerKey)).Body, Is.EqualTo("""{"builds":[],"total_builds":0}"""));
            foreach (var wanted in (string[])[id, "arena"])
            {
                Assert.That((await scene.GetAsync($"/v2/builds/builds/{wanted}", Projects.OtherServerKey)).Json.GetProperty("found").GetBoolean(), Is.False);
                Assert.That((await scene.DeleteAsync($"/v2/builds/builds/{wanted}", Projects.OtherServerKey)).Status, Is.EqualTo(404));
            }

            Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart, Projects.OtherServerKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart, Projects.OtherClientKey)).Status, Is.EqualTo(404));
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}")).Text("status"), Is.EqualTo("ready"));
        }
    }

    [Test]
    public async Task VersionsAndSettings_AreEachProjectsOwn()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        await scene.UploadAsync();
        await scene.UploadAsync();
        await scene.PostAsync("/api/v3/projects/settings", """{"environment_variables":{"TOKEN":"secret"}}""");
        var created = await scene.PostAsync("/api/v3/builds/upload-url", null, Projects.OtherServerKey);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (await scene.GetAsync($"/api/v3/builds/{created.Text("build_id")}", Projects.OtherServerKey)).Json.GetProperty("version").GetInt32(),
                Is.EqualTo(1));
            Assert.That((await scene.GetAsync("/api/v3/projects/settings", Projects.OtherServerKey)).Body, Does.Not.Contain("TOKEN"));
            Assert.That((await scene.GetAsync("/v2/project", Projects.OtherServerKey)).Body, Is.EqualTo("""{"project_id":"other"}"""));
            Assert.That((await scene.GetAsync("/v2/project")).Body, Is.EqualTo("""{"project_id":"default"}"""));
        }
    }
}
