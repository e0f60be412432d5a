using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>What is left after this process, or the engine, was killed at any moment.</summary>
public sealed class RecoveryTests
{
    private DockerEngineProcess? _own;
    private DockerHarness? _harness;

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }

        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    [Test]
    public async Task Provider_Away_LosesNoLineAndNoExitCode()
    {
        _harness = await DockerHarness.StartAsync();
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done; sleep 1; echo last; printf unfinished; exit 7")));
        await Eventually.TrueAsync(() => _harness.Lines(id).Count > 0, "the first line");
        await _harness.DetachAsync();
        await _harness.Engine.DockerAsync("wait", await _harness.ContainerAsync(id));
        await _harness.AttachAsync();
        var exit = await _harness.WaitEndedAsync(id);

        Assert.That(exit.ExitCode, Is.EqualTo(7));
        Assert.That(_harness.Lines(id), Is.EqualTo((string[])[.. Enumerable.Range(0, 300).Select(i => $"line {i}"), "last", "unfinished"]));
    }

    [Test]
    public async Task Providers_OfTwoDirectories_LeaveEachOtherAlone()
    {
        _harness = await DockerHarness.StartAsync();
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(DockerHarness.Waits)));
        await using (var other = await DockerHarness.StartAsync())
        {
            Assert.That(await other.Provider.ListAsync(CancellationToken.None), Is.Empty);
            Assert.That(other.Owner, Is.Not.EqualTo(_harness.Owner));
            await other.DetachAsync();
            await other.AttachAsync();
        }

        Assert.That((await _harness.Provider.ListAsync(CancellationToken.None)).Single().Exit, Is.Null);
        Assert.That((await _harness.StopAsync(id)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Launch_ThatWasInterrupted_IsRemovedAtTheNextStart()
    {
        _harness = await DockerHarness.StartAsync();
        var label = $"playflow.owner={_harness.Owner}";
        await _harness.DetachAsync();
        await _harness.Engine.DockerAsync(
            "create", "--label", label, "--label", "playflow.kind=server", "--label", "playflow.instance=server-x", "--label", "playflow.launch=1",
            SharedEngine.BaseImage, "/bin/sh");
        await _harness.Engine.DockerAsync("create", "--label", label, "--label", "playflow.kind=build", SharedEngine.BaseImage, "/bin/sh");
        Directory.CreateDirectory(Path.Combine(_harness.Folder, "data", "servers", "server-x.1"));
        await _harness.AttachAsync();

        Assert.That(await _harness.ContainersAsync(), Is.Empty);
        Assert.That(await _harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
        Assert.That(Directory.GetDirectories(Path.Combine(_harness.Folder, "data", "servers")), Is.Empty);
    }

    [Test]
    public async Task Engine_KilledAndStartedAgain_TheFleetIsWhatIsTrue()
    {
        await StartOwnAsync();
        var build = _harness!.AddScript("nc -ll -p 7777 -e cat &\necho started\n" + DockerHarness.Waits);
        var before = new List<ComputeId>();
        for (var i = 0; i < 3; i++)
        {
            before.Add(await _harness.LaunchAsync(_harness.Request(build, null, [DockerHarness.Port(PortProtocol.Tcp)])));
            await _harness.WaitOpenAsync(before[i]);
        }

        await _own!.KillAsync();
        var whileGone = await _harness.FailAsync(_harness.Request(build));
        await _own.RestartAsync();
        foreach (var id in before)
        {
            await _harness.WaitEndedAsync(id);
        }

        ComputeId? after = null;
        await Eventually.TrueAsync(async () => (after = await TryLaunchAsync(_harness.Request(build, null, [DockerHarness.Port(PortProtocol.Tcp)]))) is not null,
            static () => "a launch after the restart", TimeSpan.FromMilliseconds(100));
        await _harness.WaitOpenAsync(after!.Value);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(whileGone.Message, Does.Contain("the Docker engine at ").And.Contain("docker.sock"));
            Assert.That(before, Has.All.Matches<ComputeId>(id => _harness.Lines(id).SequenceEqual(["started"])));
        }
    }

    [Test]
    public async Task Engine_ThatHangs_FailsStartsWithItsReason_AndBlocksNothingElse()
    {
        await StartOwnAsync(harness => harness.RequestTimeout = TimeSpan.FromSeconds(10));
        var build = _harness!.AddScript(DockerHarness.Waits);
        var id = await _harness.LaunchAsync(_harness.Request(build));
        _own!.Freeze();
        try
        {
            var starting = _harness.FailAsync(_harness.Request(build));
            Assert.That(_harness.Provider.ListAsync(CancellationToken.None).IsCompletedSuccessfully, Is.True, "listing does not wait for the engine");
            Assert.That((await starting).Message, Does.Contain("did not answer within 10 s"));
            await Eventually.TrueAsync(
                async () =>
                {
                    var start = _harness.FailAsync(_harness.Request(build));
                    var isImmediate = start.IsCompleted;
                    await start;
                    return isImmediate;
                },
                static () => "starts to fail without waiting", TimeSpan.FromMilliseconds(50));
            await _harness.Provider.FlushLogsAsync(id, CancellationToken.None);
        }
        finally
        {
            _own.Thaw();
        }

        Assert.That((await _harness.StopAsync(id)).ExitCode, Is.Zero);
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Engine_ThatHangs_KeepsNoReaderOfLogsWaiting(CancellationToken cancellationToken)
    {
        await StartOwnAsync(harness => harness.RequestTimeout = TimeSpan.FromMinutes(10));
        var id = await _harness!.LaunchAsync(_harness.Request(_harness.AddScript("echo started\n" + DockerHarness.Waits)));
        await Eventually.TrueAsync(() => _harness.Lines(id).Count > 0, "the line");
        _own!.Freeze();
        try
        {
            await _harness.Provider.FlushLogsAsync(id, cancellationToken);
        }
        finally
        {
            _own.Thaw();
        }

        Assert.That(_harness.Lines(id), Is.EqualTo((string[])["started"]));
    }

    [Test]
    public async Task Engine_WithoutRoom_FailsTheBuildAndSaysSo()
    {
        _own = await DockerEngineProcess.StartAsync(dataMegabytes: 48);
        await BaseImages.ImportAsync(_own);
        _harness = await DockerHarness.StartAsync(_own);
        var build = _harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Builds.Build.DefaultExecutablePath, "exit 0");
            var noise = new byte[64 << 20];
            new Random(1).NextBytes(noise);
            File.WriteAllBytes(Path.Combine(folder, "large"), noise);
        });
        var failure = await _harness.FailAsync(_harness.Request(build));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Message, Does.Contain("no room left on the Docker engine's disk"));
            Assert.That(failure.Reason, Is.EqualTo(Servers.StopReason.StartupFailureDownload));
            Assert.That(await _harness.ContainersAsync(), Is.Empty);
            Assert.That(await _harness.ImagesAsync(), Is.Empty);
        }
    }

    [Test]
    public async Task Stop_BeforeTheEngineHasStartedTheGame_IsNotLost()
    {
        _own = await DockerEngineProcess.StartAsync(init: "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exec /game/init \"$@\"");
        await BaseImages.ImportAsync(_own);
        _harness = await DockerHarness.StartAsync(_own);
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddBuild(static files =>
        {
            File.Copy("/usr/bin/docker-init", Path.Combine(files, "init"));
            FolderArtefacts.WriteScript(files, Builds.Build.DefaultExecutablePath, "exec sleep 1000");
        })));

        Assert.That((await _harness.StopAsync(id)).Signal, Is.EqualTo(15));
    }

    private async Task StartOwnAsync(Action<DockerHarness>? prepare = null)
    {
        _own = await DockerEngineProcess.StartAsync();
        await BaseImages.ImportAsync(_own);
        _harness = await DockerHarness.StartAsync(_own, prepare);
    }

    private async Task<ComputeId?> TryLaunchAsync(LaunchRequest request)
    {
        try
        {
            return await _harness!.LaunchAsync(request);
        }
        catch (ComputeException)
        {
            return null;
        }
    }
}
