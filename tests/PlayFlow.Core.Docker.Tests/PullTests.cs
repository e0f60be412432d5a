using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Pulls that something comes between, on an engine of their own.</summary>
public sealed class PullTests
{
    private DockerEngineProcess? _engine;
    private DockerHarness? _harness;
    private Registry? _registry;

    [TearDown]
    public async Task EndAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _harness, _registry, _engine })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Test]
    public async Task Engine_ThatIsKilledDuringAPull_PullsAgainWhenItIsBack()
    {
        var build = await StartAsync(roomMegabytes: null, imageBytes: 1 << 20);
        _registry!.Freeze();
        var lines = new List<string>();
        var processing = ProcessAsync(build, lines.Add);
        await Eventually.TrueAsync(() => Count(lines) == 1, "the pull to begin");
        await _engine!.KillAsync();
        _registry.Thaw();
        await Eventually.TrueAsync(() => Count(lines) == 2, "the pull to break off");
        await _engine.RestartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await processing, Is.Null);
            Assert.That(lines[1], Does.StartWith("It broke off and is tried again: the Docker engine at "));
            Assert.That(lines[2], Does.StartWith("Pulled it within "));
        }
    }

    [Test]
    public async Task Provider_ThatIsStoppedDuringAPull_AsksForTheCredentialsAnew()
    {
        var build = await StartAsync(roomMegabytes: null, imageBytes: 1 << 20);
        _registry!.Freeze();
        var lines = new List<string>();
        using var stopping = new CancellationTokenSource();
        var processing = ProcessAsync(build, lines.Add, stopping.Token);
        await Eventually.TrueAsync(() => Count(lines) == 1, "the pull to begin");
        await stopping.CancelAsync();
        Assert.That(async () => await processing, Throws.InstanceOf<OperationCanceledException>());
        await _harness!.DetachAsync();
        _registry.Thaw();
        await _harness.AttachAsync();
        var (_, fault) = await _harness.ProcessAsync(build);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Does.Contain("send the build anew with registry_credentials, which are forgotten once a pull has ended or the emulator has"));
            Assert.That(await _harness.HasAsync(build.ImageUrl!), Is.False);
            Assert.That(Directory.GetFiles(Path.Combine(_harness.Folder, "data", "images")), Is.Empty);
        }
    }

    [Test]
    public async Task Engine_WithoutRoom_SaysSo_AndKeepsNothing()
    {
        var build = await StartAsync(roomMegabytes: 24, imageBytes: 20 << 20);
        var fault = await ProcessAsync(build, static _ => { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Is.EqualTo("there is no room left on the Docker engine's disk; make some and process the build again"));
            Assert.That(await _engine!.DockerAsync("images", "-aq"), Is.Empty);
        }
    }

    // The image is made by an engine with room for it.
    private async Task<Build> StartAsync(int? roomMegabytes, int imageBytes)
    {
        var maker = await SharedEngine.GetAsync();
        _registry = await Registry.StartAsync();
        var image = await _registry.PushAsync(
            maker, await SampleImages.ImportAsync(maker, $"pfd-test/{TestContext.CurrentContext.Test.ID}:1", imageBytes), "team/data:1");
        _engine = await DockerEngineProcess.StartAsync(roomMegabytes);
        _harness = await DockerHarness.StartAsync(_engine);
        return _harness.AddImage(image, "/data");
    }

    // The file in the image is nothing to run; getting so far is what matters here.
    private async Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken = default)
    {
        void Log(string line)
        {
            lock (log)
            {
                log(line);
            }
        }

        var processor = _harness!.Processor;
        var fault = await processor.ProcessAsync(build, Registry.Credentials, Log, cancellationToken);
        return fault == "'/data', which the image is to run, is not executable: set its mode when the image is made" ? null : fault;
    }

    private static int Count(List<string> lines) => lines.Count;
}
