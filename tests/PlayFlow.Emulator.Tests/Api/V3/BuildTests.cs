using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

/// <summary>Upload, process, read and delete builds.</summary>
internal sealed class BuildTests
{
    private const string NotFound = """404 {"error":"Build not found","detail":"Build not found","status":404}""";

    [Test]
    public async Task UploadUrl_IsMadeOfTheRequestsOwnAddress()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync("http://emulator.internal:9000/api/v3/builds/upload-url?name=arena&executable_path=bin/Server");
        var id = SequentialIds.At(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(201));
            Assert.That(answer.Body, Does.StartWith(
                $$"""{"build_id":"{{id}}","name":"arena","upload_url":"http://emulator.internal:9000/upload/{{id}}?token="""));
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}")).ToString(), Is.EqualTo(
                $$"""200 {"build_id":"{{id}}","name":"arena","version":1,"status":"uploading","created_at":"2026-03-15T10:30:00.123Z","updated_at":null,"build_type":"zip","executable_path":"bin/Server","image_url":null}"""));
        }
    }

    [TestCase("name=", "name", "String must contain at least 1 character(s)", "too_small")]
    [TestCase("executable_path=", "executable_path", "String must contain at least 1 character(s)", "too_small")]
    [TestCase("executable_path=/bin/sh", "executable_path", "The executable must be a path inside the archive: it is an absolute path", "custom")]
    [TestCase("executable_path=%5Cserver", "executable_path", "The executable must be a path inside the archive: it is an absolute path", "custom")]
    [TestCase("executable_path=c:/server", "executable_path", "The executable must be a path inside the archive: it begins with a drive letter", "custom")]
    [TestCase("executable_path=a/../../b", "executable_path", "The executable must be a path inside the archive: it climbs up with \\\"..\\\"", "custom")]
    [TestCase("executable_path=a%0Ab", "executable_path", "The executable must be a path inside the archive: it has a control character in its name", "custom")]
    [TestCase("executable_path=.", "executable_path", "The executable must be a file inside the archive", "custom")]
    public async Task UploadUrl_WithAWrongQuery_NamesItAndMakesNothing(string query, string name, string message, string type)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.PostAsync($"/api/v3/builds/upload-url?{query}")).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{"loc":["{{name}}"],"msg":"{{message}}","type":"{{type}}"}],"status":422}"""));
        Assert.That((await scene.GetAsync("/api/v3/builds")).Json.GetProperty("total").GetInt32(), Is.Zero);
    }

    [Test]
    public async Task UploadUrl_WithANameTooLong_NamesIt()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync($"/api/v3/builds/upload-url?name={new string('n', 256)}&executable_path=..");
        Assert.That(answer.Body, Does.Contain("String must contain at most 255 character(s)").And.Contain("climbs"));
    }

    [Test]
    public async Task Versions_CountFromOneByName()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync("a");
        var second = await scene.UploadAsync("a");
        var other = await scene.UploadAsync("b");
        Assert.That((await scene.GetAsync($"/api/v3/builds/{second}")).Json.GetProperty("version").GetInt32(), Is.EqualTo(2));
        Assert.That((await scene.GetAsync($"/api/v3/builds/{other}")).Json.GetProperty("version").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task List_IsNewestFirst_FilteredByName_WithoutDeletedOnes()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var first = await scene.UploadAsync("a");
        var second = await scene.UploadAsync("a");
        var other = await scene.UploadAsync("b");
        var gone = await scene.UploadAsync("a");
        await scene.DeleteAsync($"/api/v3/builds/{gone}");
        var page = await scene.GetAsync("/api/v3/builds?name=a&limit=1");
        var newest = await scene.GetAsync($"/api/v3/builds/{second}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Ids(await scene.GetAsync("/api/v3/builds")), Is.EqualTo(new[] { other, second, first }));
            Assert.That(page.ToString(), Is.EqualTo(
                $$"""200 {"total":2,"total_builds":2,"builds":[{{newest.Body}}],"limit":1,"offset":0,"has_more":true}"""));
            Assert.That((await scene.GetAsync("/api/v3/builds?name=none")).Body, Is.EqualTo(
                """{"total":0,"total_builds":0,"builds":[],"limit":50,"offset":0,"has_more":false}"""));
            Assert.That((await scene.GetAsync("/api/v3/builds?limit=101")).Status, Is.EqualTo(422));
        }
    }

    [Test]
    public async Task Process_FollowsTheStateOfTheBuild()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        var id = created.Text("build_id");
        var early = await scene.PostAsync($"/api/v3/builds/{id}/process");
        Assert.That(early.Status, Is.EqualTo(400));
        Assert.That(early.Text("error"), Does.Contain("PUT"));

        await scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        var wrongName = await scene.PostAsync($"/api/v3/builds/{id}/process?name=other");
        var once = await scene.PostAsync($"/api/v3/builds/{id}/process?name=default");
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "ready");
        var again = await scene.PostAsync($"/api/v3/builds/{id}/process");
        await scene.DeleteAsync($"/api/v3/builds/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrongName.ToString(), Is.EqualTo(NotFound));
            Assert.That(once.ToString(), Is.EqualTo(
                $$"""202 {"status":"processing","build_id":"{{id}}","message":"Build processing has started"}"""));
            Assert.That(again.ToString(), Is.EqualTo(once.ToString()));
            Assert.That((await scene.PostAsync($"/api/v3/builds/{id}/process")).ToString(), Is.EqualTo(NotFound));
        }
    }

    [Test]
    public async Task Process_OfAFailedBuild_RunsAgain()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url?executable_path=missing");
        var id = created.Text("build_id");
        await scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "failed");
        var log = await scene.GetAsync($"/api/v3/builds/{id}/logs");
        Assert.That(log.Body, Does.Contain("missing"));
        Assert.That((await scene.PostAsync($"/api/v3/builds/{id}/process")).Status, Is.EqualTo(202));
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "failed");
        Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Delete_KeepsTheRecordAndStartsNothingMore()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var id = await scene.UploadAsync();
        var server = await scene.RunServerAsync();
        var deleted = await scene.DeleteAsync($"/api/v3/builds/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(deleted.ToString(), Is.EqualTo("""200 {"status":"success","message":"Build deleted successfully"}"""));
            Assert.That((await scene.DeleteAsync($"/api/v3/builds/{id}")).ToString(), Is.EqualTo(deleted.ToString()));
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}")).Text("status"), Is.EqualTo("deleted"));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{server}")).Text("status"), Is.EqualTo("running"));
            Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart)).Status, Is.EqualTo(404));
            Assert.That(FilesOf(scene), Is.Not.Empty, "the server that runs may have to be started again");
        }

        await scene.DeleteAsync($"/api/v3/servers/{server}");
        await EmulatorScene.UntilAsync(() => Task.FromResult(FilesOf(scene).Count == 0));
    }

    [Test]
    public async Task Logs_AreReadInPages()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var id = await scene.UploadAsync();
        var all = (await scene.GetAsync($"/api/v3/builds/{id}/logs")).Json;
        var total = all.GetProperty("total").GetInt32();
        var page = await scene.GetAsync($"/api/v3/builds/{id}/logs?limit=1&offset=1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(total, Is.GreaterThan(2));
            Assert.That(all.GetProperty("logs").GetArrayLength(), Is.EqualTo(total));
            Assert.That(page.ToString(), Is.EqualTo(
                $$"""200 {"logs":[{{all.GetProperty("logs")[1].GetRawText()}}],"build_id":"{{id}}","total":{{total}},"limit":1,"offset":1,"has_more":true}"""));
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}/logs?limit=501")).Status, Is.EqualTo(422));
        }
    }

    [Test]
    public async Task Image_IsAcceptedAndFailsWithALine()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync(
            "/api/v3/builds/docker-image",
            """{"image_url":"ghcr.io/a/b:1","name":"img","registry_credentials":{"username":"u","password":"hunter2"}}""");
        var id = answer.Text("build_id");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""202 {"status":"processing","build_id":"{{id}}","message":"Docker image build accepted"}"""));
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "failed");
        var build = await scene.GetAsync($"/api/v3/builds/{id}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Text("build_type"), Is.EqualTo("docker_image"));
            Assert.That(build.Text("image_url"), Is.EqualTo("ghcr.io/a/b:1"));
            Assert.That(build.Json.GetProperty("executable_path").GetString(), Is.Null);
            Assert.That(build.Body, Does.Not.Contain("hunter2"));
            Assert.That((await scene.GetAsync($"/api/v3/builds/{id}/logs")).Body, Does.Contain("failed: ").And.Contain("ZIP"));
        }
    }

    [TestCase("{}", """{"loc":["image_url"],"msg":"Required","type":"invalid_type"}""")]
    [TestCase("""{"image_url":""}""", """{"loc":["image_url"],"msg":"String must contain at least 1 character(s)","type":"too_small"}""")]
    [TestCase("""{"image_url":5,"name":""}""", """{"loc":["image_url"],"msg":"Expected string, received number","type":"invalid_type"},{"loc":["name"],"msg":"String must contain at least 1 character(s)","type":"too_small"}""")]
    [TestCase("""{"image_url":"a","registry_credentials":7}""", """{"loc":["registry_credentials"],"msg":"Expected object, received number","type":"invalid_type"}""")]
    [TestCase("""{"image_url":"a","registry_credentials":{"username":1}}""", """{"loc":["registry_credentials","username"],"msg":"Expected string, received number","type":"invalid_type"},{"loc":["registry_credentials","password"],"msg":"Required","type":"invalid_type"}""")]
    public async Task Image_WithAWrongBody_NamesItAndMakesNothing(string body, string issues)
    {
        await using var scene = await EmulatorScene.StartAsync();
        Assert.That((await scene.PostAsync("/api/v3/builds/docker-image", body)).ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{{issues}}],"status":422}"""));
        Assert.That((await scene.GetAsync("/api/v3/builds")).Json.GetProperty("total").GetInt32(), Is.Zero);
    }

    private static List<string> FilesOf(EmulatorScene scene) =>
        [.. Directory.EnumerateFiles(scene.Host.DataPath, "*", SearchOption.AllDirectories)];

    private static IEnumerable<string> Ids(Answer list) =>
        list.Json.GetProperty("builds").EnumerateArray().Select(build => build.GetProperty("build_id").GetString()!);
}
