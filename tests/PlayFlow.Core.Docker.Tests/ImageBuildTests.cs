using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Servers of images that were made elsewhere: what is run of them, and what stays of them.</summary>
public sealed class ImageBuildTests
{
    private DockerHarness _harness = null!;

    [SetUp]
    public async Task StartAsync() => _harness = await DockerHarness.StartAsync();

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Test]
    public async Task Image_OfARegistry_IsPulledWithTheCredentials_AndGoesWithItsBuilds()
    {
        await using var registry = await Registry.StartAsync();
        var image = await registry.PushAsync(
            _harness.Engine, await SampleImages.MakeAsync(_harness.Engine, "pfd-test/pulled:1", "LABEL own=pulled", "USER 0"), "team/game:1");
        var build = _harness.AddImage(image, "/bin/id");
        var (lines, fault) = await _harness.ProcessAsync(build, Registry.Credentials);
        Assert.That(fault, Is.Null);
        var digest = (await _harness.Engine.DockerAsync("inspect", "-f", "{{index .RepoDigests 0}}", image)).Split('@')[1];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Is.EqualTo($"Pulling the image {image}."));
            Assert.That(lines[1], Does.Match(@"^Pulled it within \d+ s: 1 of 1 layers are there, .* MB downloaded\.$"));
            Assert.That(lines.Skip(2), Is.EqualTo([$"Its digest is {digest}.", "Servers run '/bin/id' of it."]));
            Assert.That(await _harness.RunAsync(_harness.Request(build, "-u")), Is.EqualTo(["0"]));
        }

        var second = _harness.AddImage(image, "/bin/id");
        var (linesOfSecond, faultOfSecond) = await _harness.ProcessAsync(second);
        Assert.That((faultOfSecond, linesOfSecond[0]), Is.EqualTo(((string?)null, $"The Docker engine has the image {image}: it is not pulled.")));
        await _harness.DeleteAsync(build);
        Assert.That(await _harness.HasAsync(image), Is.True, "the second build uses it");
        await _harness.DeleteAsync(second);
        await _harness.DeleteAsync(second);
        Assert.That(await _harness.HasAsync(image), Is.False);
    }

    [Test]
    public async Task Image_ThatWasThereBefore_NeedsNoRegistry_AndStays()
    {
        var image = await SampleImages.MakeAsync(_harness.Engine, "127.0.0.1:1/there/before:1", "CMD [\"/bin/ls\", \"/bin/ls\"]");
        var build = _harness.AddImage(image);
        var (lines, fault) = await _harness.ProcessAsync(build);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Is.Null);
            Assert.That(lines[0], Is.EqualTo($"The Docker engine has the image {image}: it is not pulled."));
            Assert.That(lines[1], Does.StartWith("No registry knows it; its id is sha256:"));
            Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["/bin/ls"]));
            Assert.That(await _harness.RunAsync(_harness.Request(build, "/bin/cat")), Is.EqualTo(["/bin/cat", "/bin/ls"]));
        }

        await _harness.DeleteAsync(build);
        Assert.That(await _harness.HasAsync(image), Is.True);
    }

    [Test]
    public async Task EntryPoint_IsGivenTheArguments_OrTheImagesOwn()
    {
        var image = await SampleImages.MakeAsync(_harness.Engine, "pfd-test/entry:1", "ENTRYPOINT [\"/bin/busybox\", \"echo\"]", "CMD [\"own\"]");
        var build = _harness.AddImage(image);
        Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["own"]));
            Assert.That(
                await _harness.RunAsync(_harness.Request(build, "at {port:game} 'two words'", [DockerHarness.Port(PortProtocol.Udp, 8303)])),
                Is.EqualTo(["at 8303 two words"]));
        }
    }

    [Test]
    public async Task ShellForm_IsSaidToPassNoArgumentsOn()
    {
        var image = await SampleImages.MakeAsync(_harness.Engine, "pfd-test/shell:1", "CMD echo got $PLAYFLOW_STARTUP_ARGS");
        var build = _harness.AddImage(image);
        Assert.That((await _harness.ProcessAsync(build)).Lines[^1], Does.StartWith("It is run by a shell, which passes no arguments on"));
        Assert.That(
            await _harness.RunAsync(_harness.Request(build, "-x", null, ("PLAYFLOW_STARTUP_ARGS", "-x"))), Is.EqualTo(["got -x"]));
    }

    [TestCase(null, "/srv/app")]
    [TestCase("bin/../run", "/srv/app")]
    [TestCase("/usr/lib/game/run", "/usr/lib/game")]
    public async Task Game_FindsItsConfigurationInItsFolder_AsTheUserOfTheImage(string? executable, string folder)
    {
        var image = await RunnableAsync($"pfd-test/config:{TestContext.CurrentContext.Test.ID}", folder, "USER 1234:1234", "ENV COLOUR=red");
        var build = _harness.AddImage(image, executable);
        Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        var id = await _harness.LaunchAsync(_harness.Request(build));
        await Eventually.TrueAsync(() => _harness.Lines(id).Count == 2, "the first configuration");
        await _harness.Provider.RewriteConfigAsync(id, """{"new":true}""", CancellationToken.None);
        await _harness.WaitEndedAsync(id);

        Assert.That(
            _harness.Lines(id),
            Is.EqualTo(["/srv/app /.playflow/playflow.json red 1234", """{"api-key":"secret-key"}""", """{"new":true}"""]),
            _harness.Output(id));
    }

    [Test]
    public async Task Game_OfAnImage_HasNoPowers()
    {
        var image = await SampleImages.MakeAsync(_harness.Engine, "pfd-test/powers:1", "CMD grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status");
        var build = _harness.AddImage(image);
        Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);

        Assert.That(
            await _harness.RunAsync(_harness.Request(build)),
            Is.EqualTo(["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"]));
    }

    [Test]
    public async Task Servers_RunWhatWasProcessed_WhateverTheNameStandsForNow()
    {
        var image = await SampleImages.MakeAsync(_harness.Engine, "pfd-test/moving:1", "CMD [\"/bin/busybox\", \"echo\", \"old\"]");
        var build = _harness.AddImage(image);
        Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        await _harness.Engine.DockerAsync("tag", image, "pfd-test/moving:kept");
        await SampleImages.MakeAsync(_harness.Engine, image, "CMD [\"/bin/busybox\", \"echo\", \"new\"]");
        Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["old"]));

        // Not even when somebody tidies the engine up.
        foreach (var status in await _harness.Provider.ListAsync(CancellationToken.None))
        {
            await _harness.Provider.ForgetAsync(status.Id, CancellationToken.None);
        }

        await _harness.Engine.DockerAsync(["rmi", .. await _harness.ImagesAsync()]);
        Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["old"]));
    }

    [Test]
    public async Task Image_ThatIsGone_IsPulledAgainByItsDigest_OrNamedWhereItNeedsCredentials()
    {
        await using var registry = await Registry.StartAsync();
        var image = await registry.PushAsync(
            _harness.Engine, await SampleImages.MakeAsync(_harness.Engine, "pfd-test/gone:1", "LABEL own=gone"), "team/gone:1");
        var build = _harness.AddImage(image, "/bin/id");
        Assert.That((await _harness.ProcessAsync(build, Registry.Credentials)).Fault, Is.Null);
        await _harness.Provider.RemoveImagesAsync();
        Assert.That(await _harness.HasAsync(image), Is.False);

        var failure = await _harness.FailAsync(_harness.Request(build));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Reason, Is.EqualTo(Servers.StopReason.StartupFailureDownload));
            Assert.That(failure.Message, Does.Match(@"^the registry gives '127\.0\.0\.1:\d+/team/gone@sha256:[0-9a-f]{64}' to those with credentials only"));
        }
    }

    [Test]
    public async Task Build_TakenUpAgain_RunsWithoutAnotherPull()
    {
        var image = await SampleImages.MakeAsync(_harness.Engine, "pfd-test/again:1", "CMD [\"/bin/busybox\", \"echo\", \"ran\"]");
        var build = _harness.AddImage(image);
        Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        var images = await _harness.ImagesAsync();
        await _harness.DetachAsync();
        await _harness.AttachAsync();
        var (lines, fault) = await _harness.ProcessAsync(build);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((fault, lines), Is.EqualTo(((string?)null, Array.Empty<string>())));
            Assert.That(await _harness.ImagesAsync(), Is.EqualTo(images));
            Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["ran"]));
        }
    }

    /// <summary>An image with a program in a folder, that tells where it is and waits for its configuration to change.</summary>
    private async Task<string> RunnableAsync(string name, string folder, params string[] lines)
    {
        var root = Directory.CreateTempSubdirectory("pfd-game-").FullName;
        FolderArtefacts.WriteScript(root, "run", "echo $PWD $PLAYFLOW_CONFIG_PATH $COLOUR $(id -u)\ncat $CONFIG; echo\nwhile grep secret $CONFIG >/dev/null; do sleep 0.05; done\ncat $CONFIG; echo");
        File.SetUnixFileMode(Path.Combine(root, "run"), (UnixFileMode)0b111_101_101);
        string[] all = ["WORKDIR /srv/app", "CMD [\"/srv/app/run\"]", $"ENV CONFIG={folder}/playflow.json", .. lines];
        await SampleImages.MakeAsync(_harness.Engine, name, all);
        var container = await _harness.Engine.DockerAsync("create", name);
        foreach (var place in new[] { "/srv/app", folder }.Distinct())
        {
            var tree = Directory.CreateDirectory(Path.Combine(root, "tree" + place)).FullName;
            File.Copy(Path.Combine(root, "run"), Path.Combine(tree, "run"), overwrite: true);
            await File.WriteAllTextAsync(Path.Combine(tree, "playflow.json"), "the image's own");
        }

        await _harness.Engine.DockerAsync("cp", Path.Combine(root, "tree") + "/.", container + ":/");
        await _harness.Engine.DockerAsync("commit", container, name);
        await _harness.Engine.DockerAsync("rm", container);
        Directory.Delete(root, recursive: true);
        return name;
    }
}
