using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>What cannot be run says so in one clear line, when the build is processed and when a server is started, and leaves nothing.</summary>
public sealed class RefusalTests
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

    private static IEnumerable<TestCaseData> BadBuilds()
    {
        yield return Case("missing", null, "the executable 'Server.x86_64' is not in the build");
        yield return Case("folder", folder => Directory.CreateDirectory(Executable(folder)), "the executable 'Server.x86_64' is a folder");
        yield return Case("empty", folder => File.WriteAllText(Executable(folder), string.Empty), "is empty");
        yield return Case("Windows", folder => File.WriteAllText(Executable(folder), "MZ..."), "is a Windows program; servers run Linux builds");
        yield return Case("macOS", folder => File.WriteAllBytes(Executable(folder), [0xcf, 0xfa, 0xed, 0xfe, 1]), "is a macOS program");
        yield return Case("text", folder => File.WriteAllText(Executable(folder), "hello"), "is neither a Linux program nor a script");
        yield return Case("carriage return", folder => File.WriteAllText(Executable(folder), "#!/bin/sh\r\necho\r\n"), "ends in a carriage return");
        yield return Case(
            "no interpreter", folder => File.WriteAllText(Executable(folder), "#!/usr/bin/env python3\n"),
            "is run by '/usr/bin/env', which the base image 'playflow-test/base:1' does not have");
        yield return Case("ARM", folder => File.WriteAllBytes(Executable(folder), Elf(machine: 183)), "is built for arm64; the base image is for amd64");
        yield return Case(
            "a name that removes", folder =>
            {
                FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "exit 0");
                File.WriteAllText(Path.Combine(folder, ".wh.other"), "x");
            }, "the build has a file '.wh.other': no image can hold names that begin with '.wh.'");
        yield return Case("cut short", folder => File.WriteAllBytes(Executable(folder), Elf(machine: 62)[..30]), "is cut short");
    }

    [TestCaseSource(nameof(BadBuilds))]
    public async Task Build_ThatCannotRun_IsRefused(object write, string words)
    {
        _harness = await DockerHarness.StartAsync();
        var build = _harness.AddBuild((Action<string>)write);
        var processed = await Processor().ProcessAsync(build, static _ => { }, CancellationToken.None);
        var failure = await _harness.FailAsync(_harness.Request(build));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(processed, Does.Contain(words));
            Assert.That(failure.Message, Does.Contain(words));
            Assert.That(failure.Reason, Is.EqualTo(Servers.StopReason.StartupFailureExecutable));
            Assert.That(await _harness.ContainersAsync(), Is.Empty);
            Assert.That(await _harness.ImagesAsync(), Is.Empty);
            Assert.That(Directory.GetDirectories(Path.Combine(_harness.Folder, "data", "unpacked")), Is.Empty);
        }
    }

    [Test]
    public async Task BaseImage_ThatIsNowhere_IsNamed()
    {
        _harness = await DockerHarness.StartAsync(prepare: harness => harness.BaseImage = "127.0.0.1:1/no/such:image");
        var lines = new List<string>();
        var build = _harness.AddScript("exit 0");
        var processed = await Processor().ProcessAsync(build, lines.Add, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Is.EqualTo(["Pulling the base image 127.0.0.1:1/no/such:image."]));
            Assert.That(processed, Does.StartWith("the base image '127.0.0.1:1/no/such:image' is not on the Docker engine and cannot be pulled: "));
            Assert.That(processed, Does.Not.Contain('\n'));
            Assert.That((await _harness.FailAsync(_harness.Request(build))).Reason, Is.EqualTo(Servers.StopReason.StartupFailureDownload));
        }
    }

    [Test]
    public async Task BaseImage_WithoutAShell_IsNamed()
    {
        var engine = await SharedEngine.GetAsync();
        var root = Directory.CreateTempSubdirectory("pfd-empty-").FullName;
        await File.WriteAllTextAsync(Path.Combine(root, "file"), "x");
        await engine.ImportAsync(root, "playflow-test/empty:1");
        Directory.Delete(root, recursive: true);
        _harness = await DockerHarness.StartAsync(prepare: harness => harness.BaseImage = "playflow-test/empty:1");

        Assert.That(
            (await _harness.FailAsync(_harness.Request(_harness.AddScript("exit 0")))).Message,
            Is.EqualTo("the executable 'Server.x86_64' is run by '/bin/sh', which the base image 'playflow-test/empty:1' does not have"));
    }

    [Test]
    public async Task Processing_MakesTheImage_AndASecondTimeFindsIt()
    {
        _harness = await DockerHarness.StartAsync();
        var build = _harness.AddScript("echo ran");
        var lines = new List<string>();
        Assert.That(await Processor().ProcessAsync(build, lines.Add, CancellationToken.None), Is.Null);
        var first = await _harness.ImagesAsync();
        Assert.That(await Processor().ProcessAsync(build, lines.Add, CancellationToken.None), Is.Null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Has.Count.EqualTo(2));
            Assert.That(first, Has.Length.EqualTo(1));
            Assert.That(await _harness.ImagesAsync(), Is.EqualTo(first));
            Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["ran"]));
            Assert.That(_harness.Artefacts.Extractions, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Image_OfADeletedBuild_GoesAtOnceOrWithItsLastServer([Values] bool isInUse)
    {
        _harness = await DockerHarness.StartAsync();
        var build = _harness.AddScript(DockerHarness.Waits);
        Assert.That(await Processor().ProcessAsync(build, static _ => { }, CancellationToken.None), Is.Null);
        var id = isInUse ? await _harness.LaunchAsync(_harness.Request(build)) : (ComputeId?)null;

        await Processor().DeleteAsync(build.Id, CancellationToken.None);
        await Processor().DeleteAsync(build.Id, CancellationToken.None);
        if (id is { } running)
        {
            Assert.That(await _harness.ImagesAsync(), Has.Length.EqualTo(1));
            await _harness.StopAsync(running);
            await _harness.Provider.ForgetAsync(running, CancellationToken.None);
        }

        Assert.That(await _harness.ImagesAsync(), Is.Empty);
    }

    [Test]
    public async Task Base_ThatWasChanged_GivesANewImage()
    {
        _harness = await DockerHarness.StartAsync();
        await _harness.Engine.DockerAsync("tag", SharedEngine.BaseImage, "playflow-test/base:other");
        var build = _harness.AddScript("echo ran");
        Assert.That(await Processor().ProcessAsync(build, static _ => { }, CancellationToken.None), Is.Null);
        await _harness.DetachAsync();
        _harness.BaseImage = "playflow-test/base:other";
        await _harness.AttachAsync();
        Assert.That(await Processor().ProcessAsync(build, static _ => { }, CancellationToken.None), Is.Null);

        Assert.That(_harness.Artefacts.Extractions, Is.EqualTo(2));
    }

    private static TestCaseData Case(string name, Action<string>? write, string words) =>
        new TestCaseData(write ?? (static _ => { }), words).SetArgDisplayNames(name);

    private static string Executable(string folder) => Path.Combine(folder, Build.DefaultExecutablePath);

    private static byte[] Elf(ushort machine)
    {
        var file = new byte[64];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(file, 0);
        BitConverter.TryWriteBytes(file.AsSpan(18), machine);
        return file;
    }

    private DockerBuildProcessor Processor() => new(new Checked(), _harness.Provider);

    // What comes before the image: here every archive is sound.
    private sealed class Checked : IBuildProcessor
    {
        public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
