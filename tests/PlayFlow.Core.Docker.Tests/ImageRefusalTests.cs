using System.Net;
using System.Text;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Images that cannot be had or not be run: one clear line in the build's log, and nothing left.</summary>
public sealed class ImageRefusalTests
{
    private DockerHarness _harness = null!;

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [TestCase("https://ghcr.io/team/game:1", "leave out what stands before and with '://'")]
    [TestCase("ghcr.io/Team/game:1", "has capital letters")]
    [TestCase("player:secret@ghcr.io/team/game:1", "is no name of an image: [registry[:port]/]name[:tag][@sha256:digest] is expected")]
    [TestCase("game 1", "is no name of an image")]
    [TestCase("../game", "is no name of an image")]
    [TestCase("game:", "is no name of an image")]
    [TestCase("game@sha256:12", "is no name of an image")]
    [TestCase("sha256:646f96224bc509b53243e2d5743e0551fe4721e10177081891dcc23d2418ed37", "127.0.0.1:1/sha256", true)]
    [TestCase("646f96224bc509b53243e2d5743e0551fe4721e10177081891dcc23d2418ed37", "is no name of an image")]
    [TestCase("playflow/build:0123456789ab-build", "names an image that was made of a build")]
    public async Task Name_ThatIsNone_IsRefused(string name, string words, bool isTag = false)
    {
        _harness = await DockerHarness.StartAsync();
        var (lines, fault) = await _harness.ProcessAsync(_harness.AddImage(isTag ? "127.0.0.1:1/" + name : name));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Does.Contain(words));
            Assert.That(lines.Concat([fault]), Has.None.Contains("secret"));
            Assert.That(await LeftAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Image_ThatTheRegistryDoesNotGive_IsNamedWithTheReason()
    {
        _harness = await DockerHarness.StartAsync();
        await using var registry = await Registry.StartAsync();
        var image = await registry.PushAsync(_harness.Engine, await SampleImages.ImportAsync(_harness.Engine, "pfd-test/kept:1"), "team/kept:1");
        var without = (await _harness.ProcessAsync(_harness.AddImage(image))).Fault;
        var wrong = (await _harness.ProcessAsync(_harness.AddImage(image), new RegistryCredentials("player", "wrong-password"))).Fault;
        var unknown = (await _harness.ProcessAsync(_harness.AddImage($"{registry.Address}/team/kept:2"), Registry.Credentials)).Fault;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(without, Does.StartWith($"the registry gives '{image}' to those with credentials only, if at all: send the build anew"));
            Assert.That(wrong, Does.StartWith($"the registry refuses to give '{image}' to the registry_credentials sent: "));
            Assert.That(unknown, Does.StartWith($"the registry has no image '{registry.Address}/team/kept:2': "));
            Assert.That(wrong, Does.Not.Contain("wrong-password"));
            Assert.That(await LeftAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Registry_ThatCannotBeReached_IsTriedAgainAndNamed()
    {
        _harness = await DockerHarness.StartAsync();
        var (lines, fault) = await _harness.ProcessAsync(_harness.AddImage("127.0.0.1:1/team/game:1"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Skip(1), Has.Exactly(3).StartsWith("It broke off and is tried again: "));
            Assert.That(fault, Does.StartWith("the registry of '127.0.0.1:1/team/game:1' cannot be reached: "));
            Assert.That(await LeftAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Registry_ThatRepeatsThePassword_IsNotQuoted()
    {
        _harness = await DockerHarness.StartAsync();
        using var registry = new HttpListener();
        var address = $"127.0.0.1:{TestPorts.Next()}";
        registry.Prefixes.Add($"http://{address}/");
        registry.Start();
        var serving = RepeatAsync(registry);
        var (lines, fault) = await _harness.ProcessAsync(_harness.AddImage($"{address}/team/game:1"), Registry.Credentials);
        registry.Stop();
        await serving;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Does.Contain("said ***, Basic ***"));
            Assert.That(lines.Concat([fault]), Has.None.Contains(Registry.Password));
        }
    }

    [Test]
    public async Task Image_ThatCannotBeRun_SaysWhy()
    {
        _harness = await DockerHarness.StartAsync();
        var files = await SampleImages.ImportAsync(_harness.Engine, "pfd-test/files:1");
        var noShell = await SampleImages.ImportAsync(_harness.Engine, "pfd-test/no-shell:1");
        var container = await _harness.Engine.DockerAsync("create", noShell, "/x");
        await _harness.Engine.DockerAsync("commit", "-c", "CMD server --fast", container, noShell);
        await _harness.Engine.DockerAsync("rm", container);
        var arm = await SampleImages.MakeAsync(_harness.Engine, "pfd-test/arm:1", "CMD [\"/bin/id\"]");
        await SampleImages.ChangeMachineAsync(_harness.Engine, arm, "s390x");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await FaultAsync(files), Is.EqualTo("the image has no command of its own: name the file in it to run as executable_path"));
            Assert.That(await FaultAsync(files, "bin/game"), Is.EqualTo("the image has no file '/bin/game', which it is to run"));
            Assert.That(await FaultAsync(files, "data"), Is.EqualTo("'/data', which the image is to run, is not executable: set its mode when the image is made"));
            Assert.That(await FaultAsync(SharedEngine.BaseImage, "/tmp"), Is.EqualTo("'/tmp', which the image is to run, is a folder"));
            Assert.That(await FaultAsync(noShell), Is.EqualTo("the image has no file '/bin/sh', which it is to run"));
            Assert.That(await FaultAsync(arm), Is.EqualTo("the image is made for s390x, and the Docker engine's machine is amd64"));
            Assert.That(await LeftAsync(), Is.Empty);
            Assert.That(await _harness.HasAsync(arm), Is.True, "it was there before");
        }
    }

    [Test]
    public async Task Image_ThatWasPulledAndCannotBeRun_IsRemoved()
    {
        _harness = await DockerHarness.StartAsync();
        await using var registry = await Registry.StartAsync();
        await SampleImages.ImportAsync(_harness.Engine, "pfd-test/pushed:1");
        var image = await registry.PushAsync(_harness.Engine, "pfd-test/pushed:1", "team/files:1");

        Assert.That((await _harness.ProcessAsync(_harness.AddImage(image), Registry.Credentials)).Fault, Does.StartWith("the image has no command of its own"));
        Assert.That(await _harness.HasAsync(image), Is.False);
    }

    private static async Task RepeatAsync(HttpListener registry)
    {
        try
        {
            while (true)
            {
                var call = await registry.GetContextAsync();
                var account = call.Request.Headers["Authorization"];
                call.Response.StatusCode = account is null ? 401 : 400;
                call.Response.AddHeader("WWW-Authenticate", "Basic realm=\"test\"");
                call.Response.ContentType = "application/json";
                var message = account is null ? "who?" : $"said {Registry.Password}, {account}";
                call.Response.Close(Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"UNSUPPORTED","message":"{{message}}"}]}"""), willBlock: false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task<string?> FaultAsync(string image, string? executable = null) =>
        (await _harness.ProcessAsync(_harness.AddImage(image, executable))).Fault;

    /// <summary>Everything of failed builds that is still there.</summary>
    private async Task<IEnumerable<string>> LeftAsync()
    {
        var records = Path.Combine(_harness.Folder, "data", "images");
        return [.. await _harness.ContainersAsync(), .. await _harness.ImagesAsync(), .. Directory.Exists(records) ? Directory.GetFiles(records) : []];
    }
}
