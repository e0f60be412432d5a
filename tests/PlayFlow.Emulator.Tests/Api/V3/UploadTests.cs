using System.Net.Http.Headers;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

/// <summary>The PUT to an upload URL.</summary>
internal sealed class UploadTests
{
    [TestCase(null)]
    [TestCase("application/zip")]
    [TestCase("application/octet-stream")]
    public async Task Put_OfAnyContentType_IsExactlyOkAndStartsProcessing(string? contentType)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        using var request = new HttpRequestMessage(HttpMethod.Put, created.Text("upload_url"))
        {
            Content = new ByteArrayContent(EmulatorScene.Zip("Server.x86_64", "data/level1")),
        };
        request.Content.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
        var answer = await scene.SendAsync(request, key: null);
        Assert.That(answer.ToString(), Is.EqualTo("200 "));
        Assert.That(answer.ContentHeaders.ContentLength, Is.Zero);
        var id = created.Text("build_id");
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "ready");
    }

    [Test]
    public async Task Url_UsedTwice_IsForbiddenTheSecondTime()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        await scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        var second = await scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Other"));
        Assert.That(second.Status, Is.EqualTo(403));
        Assert.That(second.Text("error"), Does.Contain("used already"));
    }

    [Test]
    public async Task Url_AfterFiveMinutes_IsForbidden()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        scene.Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        var answer = await scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        Assert.That(answer.Status, Is.EqualTo(403));
        Assert.That(answer.Text("error"), Does.Contain("expired"));
        Assert.That((await scene.GetAsync($"/api/v3/builds/{created.Text("build_id")}")).Text("status"), Is.EqualTo("uploading"));
    }

    [Test]
    public async Task Url_ThatIsNotWhole_IsForbiddenAndLeavesNothing()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var url = (await scene.PostAsync("/api/v3/builds/upload-url")).Text("upload_url");
        var other = (await scene.PostAsync("/api/v3/builds/upload-url")).Text("upload_url");
        var token = url.Split("token=")[1];
        foreach (var wrong in (string[])
            [url[..^1], url.Split('?')[0], $"{other.Split('?')[0]}?token={token}", "/upload/unknown?token=" + token, "/upload/x?token=", url + "0"])
        {
            var answer = await scene.PutAsync(wrong, EmulatorScene.Zip("Server.x86_64"));
            Assert.That(answer.ToString(), Is.EqualTo(
                """403 {"error":"The upload URL is not valid","detail":"The upload URL is not valid","status":403}"""), wrong);
        }

        Assert.That(Directory.EnumerateFiles(scene.Host.DataPath, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Url_OfADeletedBuild_IsForbidden()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        await scene.DeleteAsync($"/api/v3/builds/{created.Text("build_id")}");
        Assert.That((await scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"))).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Build_DeletedOnceItsLastByteHasCome_IsForbiddenAndLeavesNothing()
    {
        var store = new HeldFleetStore();
        await using var scene = await EmulatorScene.StartAsync(fleetStore: store);
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        store.Hold();
        var deleting = scene.DeleteAsync($"/api/v3/builds/{created.Text("build_id")}");
        await store.Waiting;
        var uploading = scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        await EmulatorScene.UntilAsync(() => Task.FromResult(Directory.EnumerateFiles(
            scene.Host.DataPath, $"*{created.Text("build_id")}*.zip", SearchOption.AllDirectories).Any()));
        store.Release();
        Assert.That((await deleting).Status, Is.EqualTo(200));
        Assert.That((await uploading).ToString(), Is.EqualTo(
            """403 {"error":"The build was deleted while it was uploaded","detail":"The build was deleted while it was uploaded","status":403}"""));
        Assert.That(Directory.EnumerateFiles(scene.Host.DataPath, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Archive_ThatIsNone_FailsTheBuildWithALineAndLeavesNoFile()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        var id = created.Text("build_id");
        Assert.That((await scene.PutAsync(created.Text("upload_url"), "not a zip"u8.ToArray())).Status, Is.EqualTo(200));
        await EmulatorScene.UntilAsync(async () => (await scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "failed");
        Assert.That((await scene.GetAsync($"/api/v3/builds/{id}/logs")).Body, Does.Contain("failed: "));
        Assert.That(Directory.EnumerateFiles(scene.Host.DataPath, "*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Upload_OfSeveralMebibytes_IsNotHeldToTheLimitOfBodies()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var created = await scene.PostAsync("/api/v3/builds/upload-url");
        var answer = await scene.PutAsync(created.Text("upload_url"), new byte[3 * 1024 * 1024]);
        Assert.That(answer.Status, Is.EqualTo(200));
    }
}
