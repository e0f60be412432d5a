using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests.Artefacts;

[Platform("Linux")]
public sealed class BuildCacheTests : ProviderFixture
{
    private const int Megabyte = 1024 * 1024;

    [Test]
    public async Task Launch_TwentyCopiesOfALargeBuild_ShareTheDiskAndOneExtraction()
    {
        const int copies = 20;
        var build = Harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "exec sleep 600");
            Directory.CreateDirectory(Path.Combine(folder, "data"));
            var content = new byte[10 * Megabyte];
            new Random(1).NextBytes(content);
            for (var i = 0; i < 12; i++)
            {
                File.WriteAllBytes(Path.Combine(folder, "data", $"level{i}.pak"), content);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, copies).Select(_ => Harness.LaunchAsync(Harness.Request(build))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Harness.Artefacts.Extractions, Is.EqualTo(1));
            Assert.That(DiskUse.Of(Harness.Data), Is.LessThan(150L * Megabyte));
            Assert.That(Directory.GetDirectories(Path.Combine(Harness.Data, "servers")), Has.Length.EqualTo(copies));
        }
    }

    [Test]
    public async Task Launch_SmallFilesOfAServer_AreItsOwn()
    {
        var build = Harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "cat settings.cfg; echo changed >settings.cfg");
            File.WriteAllText(Path.Combine(folder, "settings.cfg"), "original\n");
        });
        for (var i = 0; i < 2; i++)
        {
            var id = await Harness.LaunchAsync(Harness.Request(build));
            await Harness.WaitEndedAsync(id);
            Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "original" }));
        }

        Assert.That(Harness.Artefacts.Extractions, Is.EqualTo(1));
    }

    [Test]
    public async Task Launch_AfterAGameChangedASharedFile_UnpacksAnew()
    {
        var build = Harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "head -c 5 big.pak; chmod u+w big.pak; printf spoil | dd of=big.pak conv=notrunc 2>/dev/null");
            File.WriteAllText(Path.Combine(folder, "big.pak"), "clean" + new string(' ', 2 * Megabyte));
        });
        for (var i = 0; i < 2; i++)
        {
            var id = await Harness.LaunchAsync(Harness.Request(build));
            await Harness.WaitEndedAsync(id);
            Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "clean" }));
        }
    }

    [Test]
    public async Task Launch_LargeDatabase_CanBeWrittenTo()
    {
        var build = Harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "[ -w world.sqlite ] && stat -c %h world.sqlite");
            File.WriteAllText(Path.Combine(folder, "world.sqlite"), new string(' ', 2 * Megabyte));
        });
        var id = await Harness.LaunchAsync(Harness.Request(build));
        await Harness.WaitEndedAsync(id);

        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task Launch_ArchiveWithoutModes_ProgramsCanRunEachOther()
    {
        var build = Harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "./bin/inner");
            Directory.CreateDirectory(Path.Combine(folder, "bin"));
            FolderArtefacts.WriteScript(folder, "bin/inner", "echo inner");
        });
        var id = await Harness.LaunchAsync(Harness.Request(build));
        await Harness.WaitEndedAsync(id);

        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "inner" }));
    }

    [Test]
    public async Task Launch_LinkInsideTheBuild_IsKept()
    {
        var build = Harness.AddBuild(folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder, "lib"));
            File.WriteAllText(Path.Combine(folder, "lib", "real.txt"), "content\n");
            File.CreateSymbolicLink(Path.Combine(folder, "lib", "link.txt"), "real.txt");
            File.CreateSymbolicLink(Path.Combine(folder, "lib", "up"), "../lib/link.txt");
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "cat lib/up");
        });
        var id = await Harness.LaunchAsync(Harness.Request(build));
        await Harness.WaitEndedAsync(id);

        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "content" }));
    }

    [TestCase("/etc/passwd")]
    [TestCase("../../secret")]
    [TestCase("loop/..")]
    public async Task Launch_LinkOutOfTheBuild_IsRefused(string target)
    {
        var build = Harness.AddBuild(folder =>
        {
            File.CreateSymbolicLink(Path.Combine(folder, "loop"), ".");
            File.CreateSymbolicLink(Path.Combine(folder, "out"), target);
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "true");
        });

        var refusal = await Assert.ThrowsAsync<ComputeException>(() => Harness.LaunchAsync(Harness.Request(build)));

        Assert.That(refusal!.Reason, Is.EqualTo(StopReason.StartupFailureDownload));
    }

    [Test]
    public async Task Launch_ManyBuilds_KeepsTheLatest()
    {
        for (var i = 0; i < 12; i++)
        {
            await Harness.WaitEndedAsync(await Harness.LaunchAsync(Harness.Request(Harness.AddScript("true"))));
        }

        Assert.That(Directory.GetDirectories(Path.Combine(Harness.Data, "cache")), Has.Length.EqualTo(8));
    }

    [Test]
    public async Task ForgetBuild_RemovesTheUnpackedCopyAndLeavesTheOthers()
    {
        var one = Harness.Request(Harness.AddScript("true"));
        await Harness.WaitEndedAsync(await Harness.LaunchAsync(one));
        await Harness.WaitEndedAsync(await Harness.LaunchAsync(Harness.Request(Harness.AddScript("true"))));

        await Harness.Provider.ForgetBuildAsync(one.Build.Id, CancellationToken.None);
        await Harness.Provider.ForgetBuildAsync(new BuildId("never-seen"), CancellationToken.None);

        Assert.That(Directory.GetDirectories(Path.Combine(Harness.Data, "cache")), Has.Length.EqualTo(1));
    }
}
