using System.Text;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V2;

internal sealed class V2BuildTests
{
    [Test]
    public async Task UnityJourney_FromTheEditorToAStoppedServer()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/v2/builds/builds/upload-url?name=default", "{}");
        var id = created.Text("build_id");
        Assert.That(created.Status, Is.EqualTo(200));
        Assert.That((await scene.GetAsync($"/v2/builds/builds/{id}")).Json.GetProperty("build").GetProperty("status").GetString(), Is.EqualTo("uploading"));
        using var put = new HttpRequestMessage(HttpMethod.Put, created.Text("upload_url")) { Content = new ByteArrayContent(EmulatorScene.Zip("Server.x86_64")) };
        put.Content.Headers.ContentType = new("application/octet-stream");
        Assert.That((await scene.SendAsync(put, key: null)).ToString(), Is.EqualTo("200 "));
        await UntilReadyAsync(scene, id);

        var started = await scene.PostAsync("/v2/servers/start", """{"name":"match","region":"us-east","compute_size":"small","version":"1","startup_args":null}""");
        var server = started.Text("instance_id");
        Assert.That(started.Json.GetProperty("network_ports")[0].GetProperty("external_port").GetInt32(), Is.GreaterThan(0));
        Assert.That((await scene.GetAsync("/v2/servers/?include_launching=true")).Json.GetProperty("total_servers").GetInt32(), Is.EqualTo(1));
        using var report = new HttpRequestMessage(HttpMethod.Put, $"/v2/servers/{server}/update") { Headers = { { "X-Server-Status", "running" } } };
        Assert.That((await scene.SendAsync(report)).Text("status"), Is.EqualTo("running"));
        Assert.That((await scene.DeleteAsync($"/v2/servers/{server}")).Text("status"), Is.EqualTo("stopped"));
        Assert.That((await scene.GetAsync("/v2/servers/")).Body, Is.EqualTo("""{"total_servers":0,"servers":[]}"""));
    }

    [Test]
    public async Task Build_IsFoundByIdAndByName()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var first = await scene.UploadAsync("arena");
        var second = await scene.UploadAsync("arena");
        var list = await scene.GetAsync("/v2/builds/builds?name=arena");
        var shown = (await scene.GetAsync($"/v2/builds/builds/{second}")).Json.GetProperty("build").GetRawText();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Is.EqualTo(
                $$"""{"build_id":"{{second}}","name":"arena","version":2,"status":"ready","created_at":"2026-03-15T10:30:00.123Z","updated_at":"2026-03-15T10:30:00.123Z"}"""));
            Assert.That((await scene.GetAsync("/v2/builds/builds/arena")).Body, Is.EqualTo($$"""{"name":"arena","build":{{shown}},"found":true,"message":"Build found"}"""));
            Assert.That((await scene.GetAsync($"/v2/builds/builds/{first}")).Json.GetProperty("build").GetProperty("version").GetInt32(), Is.EqualTo(1));
            Assert.That((await scene.GetAsync("/v2/builds/builds/none")).ToString(), Is.EqualTo("""200 {"name":"none","build":null,"found":false,"message":"Build not found"}"""));
            Assert.That(list.Json.GetProperty("total_builds").GetInt32(), Is.EqualTo(2));
            Assert.That(list.Json.GetProperty("builds")[0].GetRawText(), Is.EqualTo(shown));
            Assert.That((await scene.GetAsync("/v2/builds/builds?name=none")).Body, Is.EqualTo("""{"builds":[],"total_builds":0}"""));
        }
    }

    [Test]
    public async Task Delete_ByNameTakesEveryVersion_ByIdOne()
    {
        const string Deleted = """200 {"status":"success","message":"Build deleted successfully"}""";
        await using var scene = await EmulatorScene.StartAsync();
        var one = await scene.UploadAsync("arena");
        await scene.UploadAsync("arena");
        await scene.UploadAsync("arena");
        var other = await scene.UploadAsync("lobby");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.DeleteAsync($"/v2/builds/builds/{one}")).ToString(), Is.EqualTo(Deleted));
            Assert.That((await scene.DeleteAsync($"/v2/builds/builds/{one}")).ToString(), Is.EqualTo(Deleted), "again is harmless");
            Assert.That((await scene.GetAsync("/v2/builds/builds?name=arena")).Json.GetProperty("total_builds").GetInt32(), Is.EqualTo(2));
            Assert.That((await scene.DeleteAsync("/v2/builds/builds/arena")).ToString(), Is.EqualTo(Deleted));
            Assert.That((await scene.DeleteAsync("/v2/builds/builds/arena")).Status, Is.EqualTo(404));
            Assert.That((await scene.GetAsync("/v2/builds/builds")).Json.GetProperty("builds")[0].GetProperty("build_id").GetString(), Is.EqualTo(other));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Upload_AsAForm_IsProcessedUnderTheNameGiven(bool nameFirst)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var zip = EmulatorScene.Zip("Server.x86_64");
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(zip);
        using var name = new StringContent("arena");
        if (nameFirst)
        {
            form.Add(name, "name");
        }

        form.Add(file, "file", "game.zip");
        if (!nameFirst)
        {
            form.Add(name, "name");
        }

        var answer = await PostAsync(scene, "/v2/builds/builds/upload", form);
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""202 {"build_id":"{{answer.Text("build_id")}}","name":"arena","status":"upload_started","message":"The build has arrived and is being processed","version":1,"file_size":{{zip.Length}},"upload_time":"2026-03-15T10:30:00.123Z"}"""));
        await UntilReadyAsync(scene, answer.Text("build_id"));
    }

    [Test]
    public async Task Upload_NamedInTheQuery_TakesThatName()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(EmulatorScene.Zip("Server.x86_64")), "file", "game.zip" } };
        var named = await PostAsync(scene, "/api/v2/builds/builds/upload?name=arena", form);
        using var again = new MultipartFormDataContent { { new ByteArrayContent(EmulatorScene.Zip("Server.x86_64")), "file", "game.zip" } };
        var unnamed = await PostAsync(scene, "/v2/builds/builds/upload", again);
        Assert.That((named.Text("name"), unnamed.Text("name")), Is.EqualTo(("arena", "default")));
    }

    [Test]
    public async Task Upload_OfMuch_IsNotHeldToTheLimitOfBodies()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[5 * 1024 * 1024]), "file", "game.zip" } };
        var answer = await PostAsync(scene, "/v2/builds/builds/upload", form);
        Assert.That((answer.Status, answer.Json.GetProperty("file_size").GetInt64()), Is.EqualTo((202, 5 * 1024 * 1024)));
    }

    [TestCase("application/json", "{}", 422, "Required")]
    [TestCase("multipart/form-data", "", 422, "Required")]
    [TestCase("multipart/form-data; boundary=x", "--x--\r\n", 422, "Required")]
    [TestCase("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\narena\r\n--x--\r\n", 422, "Required")]
    [TestCase("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\r\n--x--\r\n", 422, "at least 1 character")]
    [TestCase("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf of", 400, "before it was whole")]
    [TestCase("multipart/form-data; boundary=x", "no form at all", 400, "before it was whole")]
    [TestCase("multipart/form-data; boundary=x", "--x\r\nnonsense\r\n\r\nhalf of\r\n--x--\r\n", 422, "not valid form data")]
    public async Task Upload_ThatIsNone_IsRefusedAndLeavesNothing(string contentType, string body, int status, string message)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var answer = await PostAsync(scene, "/v2/builds/builds/upload", content);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(status), answer.Body);
            Assert.That(answer.Body, Does.Contain(message));
            Assert.That((await scene.GetAsync("/v2/builds/builds")).Json.GetProperty("total_builds").GetInt32(), Is.Zero);
            Assert.That(Directory.EnumerateFiles(scene.Host.DataPath, "*", SearchOption.AllDirectories), Is.Empty);
        }
    }

    [TestCase("upload-url")]
    [TestCase("upload")]
    public async Task Upload_UnderANameTooLong_IsInvalid(string path)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.PostAsync($"/v2/builds/builds/{path}?name={new string('n', 256)}")).ToString(), Is.EqualTo(
            """422 {"error":"Validation error","detail":[{"loc":["name"],"msg":"String must contain at most 255 character(s)","type":"too_big"}],"status":422}"""));
    }

    [Test]
    public async Task StorageHook_IsNotThere()
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.PostAsync("/v2/storage/hook", "{}")).Status, Is.EqualTo(404));
    }

    private static Task<Answer> PostAsync(EmulatorScene scene, string path, HttpContent content) =>
        scene.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });

    private static Task UntilReadyAsync(EmulatorScene scene, string id) => EmulatorScene.UntilAsync(async () =>
        (await scene.GetAsync($"/v2/builds/builds/{id}")).Json.GetProperty("build").GetProperty("status").GetString() is "ready");
}
