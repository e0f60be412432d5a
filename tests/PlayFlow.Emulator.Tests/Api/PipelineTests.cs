using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api;

/// <summary>What holds for every request: paths, methods, bodies that are too large, browsers, faults.</summary>
internal sealed class PipelineTests
{
    private static IEnumerable<Operation> Operations => ApiOperations.All;

    [TestCase("/api/health")]
    [TestCase("/health")]
    [TestCase("/health/")]
    [TestCase("/api/api/health")]
    public async Task Health_NeedsNoKey(string path)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.GetAsync(path, key: null);
        Assert.That(answer.ToString(), Is.EqualTo("""200 {"status":"ok","version":"3.0.0","timestamp":"2026-03-15T10:30:00.123Z"}"""));
        Assert.That(answer.ContentType, Is.EqualTo("application/json"));
    }

    [TestCaseSource(nameof(Operations))]
    public async Task Path_WithTrailingSlashOrDoubledPrefix_IsTheSame(Operation operation)
    {
        await using var scene = await EmulatorScene.StartAsync();
        foreach (var path in (string[])[operation.Path + "/", "/api" + operation.Path, "/api" + operation.Path + "/"])
        {
            var answer = await scene.SendAsync(new HttpMethod(operation.Method), path, null);
            Assert.That(answer.Status, Is.EqualTo(operation.Status), path);
        }
    }

    [TestCase("/api")]
    [TestCase("/api/v3")]
    [TestCase("/api/v3/server")]
    [TestCase("/api/v3/servers/x/y/z")]
    [TestCase("/api/v4/servers")]
    [TestCase("/api/v3/servers%2f")]
    [TestCase("/v2")]
    [TestCase("/v2/builds")]
    [TestCase("/__emulator/projects")]
    public async Task Route_ThatIsUnknown_IsNotFoundInTheEnvelope(string path)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.GetAsync(path);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(404));
            Assert.That(answer.Text("error"), Is.Not.Empty);
            Assert.That(answer.Text("detail"), Is.Not.Empty);
            Assert.That(answer.Json.GetProperty("status").GetInt32(), Is.EqualTo(404));
            Assert.That(answer.ContentType, Is.EqualTo("application/json"));
        }
    }

    [TestCase("PATCH", "/api/v3/servers", "GET")]
    [TestCase("POST", "/api/v3/servers", "GET")]
    [TestCase("GET", "/api/v3/builds/upload-url/x/y", null)]
    [TestCase("PUT", "/api/v3/servers/x", "DELETE, GET")]
    [TestCase("PUT", "/api/v3/servers/x/restart", "POST")]
    [TestCase("POST", "/api/health", "GET, HEAD")]
    [TestCase("GET", "/upload/x", "PUT")]
    public async Task Method_ThatIsWrong_IsNotAllowedInTheEnvelope(string method, string path, string? allowed)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.SendAsync(new HttpMethod(method), path, null);
        if (allowed is null)
        {
            Assert.That(answer.Status, Is.EqualTo(404));
            return;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.ToString(), Is.EqualTo(
                """405 {"error":"Method not allowed","detail":"Method not allowed","status":405}"""));
            Assert.That(answer.ContentHeaders.Allow.Order(), Is.EqualTo(allowed.Split(", ")));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Body_OverAMebibyte_IsTooLarge(bool announced)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v3/servers/start")
        {
            Content = new StringContent(new string(' ', (1024 * 1024) + 1)),
        };
        request.Headers.TransferEncodingChunked = !announced;
        var answer = await scene.SendAsync(request);
        Assert.That(answer.ToString(), Is.EqualTo(
            """413 {"error":"The body is larger than 1 MiB","detail":"The body is larger than 1 MiB","status":413}"""));
    }

    [Test]
    public async Task Body_OfOneMebibyte_IsRead()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var body = EmulatorScene.MinimalStart.PadRight(1024 * 1024);
        Assert.That((await scene.PostAsync("/api/v3/servers/start", body)).Status, Is.EqualTo(201));
    }

    [TestCase(null)]
    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json; charset=utf-8")]
    public async Task Body_OfAnyContentType_IsReadAsJson(string? contentType)
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v3/servers/start")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(EmulatorScene.MinimalStart)),
        };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        Assert.That((await scene.SendAsync(request)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Preflight_NeedsNoKeyAndAllowsWhatBrowsersSend()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v3/servers/start");
        request.Headers.Add("Origin", "https://game.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "api-key,content-type");
        var answer = await scene.SendAsync(request, key: null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(204));
            Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.EqualTo("*"));
            Assert.That(answer.Header("Access-Control-Allow-Methods"), Is.EqualTo("GET, POST, PUT, PATCH, DELETE, OPTIONS"));
            Assert.That(answer.Header("Access-Control-Allow-Headers"), Is.EqualTo(
                "api-key, content-type, x-player-id, x-player-token, x-server-status"));
        }
    }

    [TestCase("pf_local", 200)]
    [TestCase("pf_wrong", 401)]
    public async Task Answer_ToABrowser_MayBeReadByIt(string key, int status)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/servers");
        request.Headers.Add("Origin", "http://localhost:3000");
        var answer = await scene.SendAsync(request, key);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(status));
            Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.EqualTo("*"));
            Assert.That(answer.Header("Access-Control-Expose-Headers"), Is.EqualTo("X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After"));
        }
    }

    [TestCase("https://game.example", "pf_local", 403)]
    [TestCase("https://game.example", "pfclient_local", 403)]
    [TestCase("https://localhost.game.example", "pf_local", 403)]
    [TestCase("null", "pf_local", 403)]
    [TestCase("http://127.0.0.1:5173", "pf_local", 200)]
    [TestCase("http://[::1]:5173", "pfclient_local", 200)]
    [TestCase(null, "pf_local", 200)]
    public async Task WellKnownKey_FromAWebPage_OpensForPagesOfThisMachineOnly(string? origin, string key, int status)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/servers");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        Assert.That((await scene.SendAsync(request, key)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task OwnKey_FromAWebPage_Opens()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions { Keys = new ProjectKeys("pf_own", "pfclient_own") });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/servers");
        request.Headers.Add("Origin", "https://game.example");
        Assert.That((await scene.SendAsync(request, "pfclient_own")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Fault_ThatNobodyForesaw_IsAnInternalErrorWithoutATrace()
    {
        await using var scene = await EmulatorScene.StartAsync(
            beforeCall: static (call, _) => call.Method is Core.Compute.Fake.FakeComputeMethod.FlushLogs
                ? throw new InvalidOperationException("secret")
                : Task.CompletedTask);
        await scene.UploadAsync();
        var id = await scene.StartServerAsync();
        var answer = await scene.GetAsync($"/api/v3/servers/{id}/logs");
        Assert.That(answer.ToString(), Is.EqualTo(
            """500 {"error":"Internal server error","detail":"Internal server error","status":500}"""));
    }
}
