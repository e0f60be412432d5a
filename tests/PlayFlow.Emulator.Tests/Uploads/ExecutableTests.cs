using NUnit.Framework;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class ExecutableTests
{
    private const string Elf = "\u007fELF";

    [TestCase("bin/DedicatedServer")]
    [TestCase("./bin/DedicatedServer")]
    [TestCase("bin\\DedicatedServer")]
    public async Task Process_ExecutableInAFolder_IsFound(string path)
    {
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(ZipMaker.Make(new ZipItem("bin/DedicatedServer", Elf), new ZipItem("readme")), path), Is.Null);

        Assert.That(scene.Log[^1], Does.EndWith("\"bin/DedicatedServer\" will be run."));
    }

    [Test]
    public async Task Process_EverythingInOneFolder_StripsItAndSaysSo()
    {
        using var scene = new UploadScene();

        var fault = await scene.RunAsync(ZipMaker.Make(
            new("My Game/"),
            new("My Game/Server.x86_64", Elf),
            new("My Game/data/map", "map"),
            ZipItem.Link("My Game/link", "data/map"),
            new("__MACOSX/My Game/._Server.x86_64", "x")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Is.Null);
            Assert.That(scene.Log, Has.Some.EqualTo("Everything lies in the folder \"My Game\"; its content becomes the root of the build."));
            Assert.That(scene.Log, Has.Some.EqualTo("Left out 1 entry of \"__MACOSX\"."));
            Assert.That(
                UploadScene.FilesBelow(await scene.ExtractAsync()),
                Is.EquivalentTo(new[] { "Server.x86_64", "data/map", "link" }));
        }
    }

    [Test]
    public async Task Process_ExecutablePathNamesTheFolder_KeepsTheFolder()
    {
        using var scene = new UploadScene();

        await scene.RunAsync(ZipMaker.Make(new ZipItem("Game/Server.x86_64", Elf), new ZipItem("Game/map", "map")), "Game/Server.x86_64");

        Assert.That(UploadScene.FilesBelow(await scene.ExtractAsync()), Is.EquivalentTo(new[] { "Game/Server.x86_64", "Game/map" }));
    }

    [Test]
    public async Task Process_LinkOutOfTheStrippedFolder_IsRefused()
    {
        using var scene = new UploadScene();

        var fault = await scene.RunAsync(ZipMaker.Make(new("Game/Server.x86_64", Elf), ZipItem.Link("Game/link", "../Game/map"), new("Game/map")));

        Assert.That(fault, Does.Contain("points out of the archive"));
    }

    [Test]
    public async Task Process_MissingExecutable_NamesItAndListsWhatCouldBeMeant()
    {
        using var scene = new UploadScene();

        var fault = await scene.RunAsync(ZipMaker.Make(
            new("a/server.X86_64", Elf),
            new("run.sh", "echo"),
            new("tool", Elf),
            new("script", "#!/bin/sh"),
            new("lib/libgame.so.1", Elf),
            new("data.txt", "no")));

        Assert.That(fault, Is.EqualTo(
            "The executable \"Server.x86_64\" is not in the archive. Set executable_path to the file to run; these look like programs: " +
            "\"a/server.X86_64\", \"run.sh\", \"script\", \"tool\"."));
    }

    [Test]
    public async Task Process_MissingExecutableAmongMany_ListsTen()
    {
        using var scene = new UploadScene();

        var fault = await scene.RunAsync(ZipMaker.Make(Enumerable.Range(0, 30).Select(n => new ZipItem($"tool{n:00}", Elf))));

        Assert.That(fault, Does.Contain("\"tool09\".").And.Not.Contain("tool10"));
    }

    [Test]
    public async Task Process_NothingLikeAProgram_SaysSo()
    {
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(ZipMaker.Make(new ZipItem("a.txt", "x"))), Does.Contain("nothing in it looks like a program"));
    }

    [TestCase("../Server")]
    [TestCase("/bin/sh")]
    [TestCase("C:/Server.exe")]
    public async Task Process_ExecutablePathLeavesTheArchive_IsRefused(string path)
    {
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(ZipMaker.Make(ZipItem.Server), path), Does.StartWith("The executable path "));
        Assert.That(scene.Files, Is.Empty);
    }

    [TestCase("MZ", "Windows program")]
    [TestCase("plain text", "neither a Linux program nor a script")]
    public async Task Process_ExecutableThatLinuxCannotRun_Warns(string content, string warning)
    {
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(ZipMaker.Make(new ZipItem("Server.x86_64", content))), Is.Null);

        Assert.That(scene.Log, Has.Some.StartsWith("Warning:").And.Some.Contains(warning));
    }
}
