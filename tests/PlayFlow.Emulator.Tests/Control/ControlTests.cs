using System.Net;
using Microsoft.AspNetCore.TestHost;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Control;

/// <summary>The control API: who may come in, and what it shows and does.</summary>
internal sealed class ControlTests
{
    private static readonly string[] Paths =
    [
        "GET /__emulator/projects", "POST /__emulator/projects", "POST /__emulator/projects/default/keys/regenerate",
        "GET /__emulator/servers/unknown", "GET /__emulator/servers/unknown/logs/stream",
    ];

    [TestCaseSource(nameof(Paths))]
    public async Task Path_IsNotThereUnlessAskedFor(string operation)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await SendAsync(scene, operation, EmulatorScene.ServerKey)).Status, Is.EqualTo(404));
        Assert.That((await scene.GetAsync("/__emulator/projects")).Text("detail"), Does.StartWith("No such route"));
    }

    [TestCaseSource(nameof(Paths))]
    public async Task Path_OpensToTheEmulatorsOwnServerKeyAlone(string operation)
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await SendAsync(scene, operation, null)).Status, Is.EqualTo(401));
            Assert.That((await SendAsync(scene, operation, "pf_wrong")).Status, Is.EqualTo(401));
            Assert.That((await SendAsync(scene, operation, EmulatorScene.ClientKey)).Status, Is.EqualTo(403));
            Assert.That((await SendAsync(scene, operation, Projects.OtherServerKey)).Status, Is.EqualTo(403));
            Assert.That((await SendAsync(scene, operation, EmulatorScene.ServerKey)).Status, Is.EqualTo(200).Or.EqualTo(201).Or.EqualTo(404));
        }
    }

    [TestCase("192.0.2.1", false)]
    [TestCase("::ffff:192.0.2.1", false)]
    [TestCase("127.0.0.1", true)]
    [TestCase("127.9.9.9", true)]
    [TestCase("::1", true)]
    [TestCase("::ffff:127.0.0.1", true)]
    public async Task Path_AnswersThisMachineAlone(string address, bool answers)
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var http = await scene.Host.App.GetTestServer().SendAsync(http =>
        {
            http.Connection.RemoteIpAddress = IPAddress.Parse(address);
            http.Request.Path = "/__emulator/projects";
            http.Request.Host = new Microsoft.AspNetCore.Http.HostString("127.0.0.1", 8787);
            http.Request.Headers["api-key"] = EmulatorScene.ServerKey;
        });
        Assert.That(http.Response.StatusCode, Is.EqualTo(answers ? 200 : 403));
    }

    [TestCase("Origin", "https://evil.example", 403)]
    [TestCase("Origin", "null", 403)]
    [TestCase("Origin", "http://localhost", 200)]
    [TestCase("Host", "rebound.example:8787", 403)]
    [TestCase("Host", "127.0.0.1:8787", 200)]
    [TestCase("Host", "[::1]:8787", 200)]
    public async Task Path_DoesNotAnswerPagesOfOthers(string header, string value, int status)
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/__emulator/projects");
        request.Headers.TryAddWithoutValidation(header, value);
        var answer = await scene.SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.Null);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/__emulator/projects");
        Assert.That((await scene.SendAsync(preflight, key: null)).Status, Is.EqualTo(405));
    }

    [Test]
    public async Task Server_OfAnyProject_IsShownWholeButForTheValuesOfItsVariables()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        await scene.UploadAsync();
        var id = await scene.RunServerAsync("""{"name":"one","region":"us-east","environment_variables":{"TOKEN":"secret"}}""");
        var running = await scene.GetAsync($"/__emulator/servers/{id}");
        await scene.DeleteAsync($"/api/v3/servers/{id}?shutdown_reason=ENOUGH");
        var stopped = await scene.GetAsync($"/__emulator/servers/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(running.Body, Does.Not.Contain("secret").And.Contain("""environment_names":["TOKEN"]"""));
            Assert.That(running.Json.GetProperty("server").GetRawText(), Does.StartWith($$"""{"instance_id":"{{id}}","name":"one","status":"running","""));
            Assert.That(running.Text("state"), Is.EqualTo("running"));
            Assert.That(running.Text("project_id"), Is.EqualTo("default"));
            Assert.That(running.Json.GetProperty("stop_reason").GetString(), Is.Null);
            Assert.That((running.Json.GetProperty("launch").GetInt32(), running.Json.GetProperty("machine").GetInt32()), Is.EqualTo((1, 1)));
            Assert.That(running.Json.GetProperty("held_ports").GetArrayLength(), Is.EqualTo(1));
            Assert.That(stopped.Text("stop_reason"), Is.EqualTo("ENOUGH"));
            Assert.That((await scene.GetAsync("/__emulator/servers/unknown")).Status, Is.EqualTo(404));
        }
    }

    [Test]
    public async Task Projects_AreListedWithoutTheirKeys()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        await scene.UploadAsync();
        await scene.RunServerAsync();
        Assert.That((await scene.GetAsync("/__emulator/projects")).ToString(), Is.EqualTo(
            """200 {"projects":[{"id":"default","name":"default","plan":"pro","live_servers":1,"builds":1,"settings_updated_at":"2026-03-15T10:30:00.123Z"},{"id":"other","name":"The other","plan":"pro","live_servers":0,"builds":0,"settings_updated_at":"2026-03-15T10:30:00.123Z"}]}"""));
    }

    [Test]
    public async Task Project_MadeWithNothingGiven_HasKeysThatWork()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var made = await scene.PostAsync("/__emulator/projects");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(made.Status, Is.EqualTo(201));
            Assert.That((await scene.GetAsync("/v2/project", made.Text("server_key"))).Text("project_id"), Is.EqualTo(made.Text("id")));
            Assert.That((await scene.GetAsync("/api/v3/servers", made.Text("client_key"))).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Project_MadeAsTold_IsRefusedASecondTime()
    {
        const string Body = """{"id":"third","name":"Third","plan":"free","server_key":"pf_third","client_key":"pfclient_third"}""";
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        Assert.That((await scene.PostAsync("/__emulator/projects", Body)).ToString(), Is.EqualTo(
            """201 {"id":"third","name":"Third","plan":"free","server_key":"pf_third","client_key":"pfclient_third"}"""));
        Assert.That((await scene.PostAsync("/__emulator/projects", Body)).Status, Is.EqualTo(400));
        Assert.That((await scene.PostAsync("/__emulator/projects", """{"server_key":"pf_third"}""")).Status, Is.EqualTo(400));
    }

    [TestCase("""{"id":""}""", "id")]
    [TestCase("""{"id":"a/b"}""", "id")]
    [TestCase("""{"name":7}""", "name")]
    [TestCase("""{"server_key":"pfclient_x"}""", "server_key")]
    [TestCase("""{"client_key":"pf_x"}""", "client_key")]
    [TestCase("""{"plan":"gold"}""", "plan")]
    public async Task Project_WrittenWrongly_IsInvalid(string body, string field)
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var answer = await scene.PostAsync("/__emulator/projects", body);
        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(answer.Json.GetProperty("detail")[0].GetProperty("loc")[0].GetString(), Is.EqualTo(field));
        Assert.That(scene.Host.Fleet.Projects.Count(), Is.EqualTo(2));
    }

    [TestCase(null, 401, 401)]
    [TestCase("""{"kind":"server"}""", 401, 200)]
    [TestCase("""{"kind":"client"}""", 200, 401)]
    public async Task Keys_MadeAnew_KillTheOldOnesAtOnce(string? body, int oldServer, int oldClient)
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var made = await scene.PostAsync("/__emulator/projects/other/keys/regenerate", body);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(made.Status, Is.EqualTo(200));
            Assert.That((await scene.GetAsync("/api/v3/servers", Projects.OtherServerKey)).Status, Is.EqualTo(oldServer));
            Assert.That((await scene.GetAsync("/api/v3/servers", Projects.OtherClientKey)).Status, Is.EqualTo(oldClient));
            Assert.That((await scene.GetAsync("/v2/project", made.Text("server_key"))).Text("project_id"), Is.EqualTo("other"));
            Assert.That((await scene.GetAsync("/api/v3/servers", made.Text("client_key"))).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Keys_OfTheEmulatorsOwnProject_MoveTheControlApiToo()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var made = await scene.PostAsync("/__emulator/projects/default/keys/regenerate", """{"kind":"server"}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.GetAsync("/__emulator/projects")).Status, Is.EqualTo(401));
            Assert.That((await scene.GetAsync("/__emulator/projects", made.Text("server_key"))).Status, Is.EqualTo(200));
        }
    }

    [TestCase("default", """{"kind":"both"}""", 422)]
    [TestCase("unknown", null, 404)]
    public async Task Keys_OfNothing_AreRefused(string project, string? body, int status)
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions { Control = true, RateLimit = false, Plan = Plan.Free });
        Assert.That((await scene.PostAsync($"/__emulator/projects/{project}/keys/regenerate", body)).Status, Is.EqualTo(status));
        Assert.That((await scene.GetAsync("/api/v3/servers")).Status, Is.EqualTo(200));
    }

    private static Task<Answer> SendAsync(EmulatorScene scene, string operation, string? key)
    {
        var parts = operation.Split(' ');
        return scene.SendAsync(new HttpMethod(parts[0]), parts[1], null, key);
    }
}
