using System.Text;
using NUnit.Framework;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class SoundArchiveTests
{
    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable =
        Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Test]
    public async Task Process_SoundArchive_LeavesOnlyTheArtefact()
    {
        using var scene = new UploadScene();

        var fault = await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new("data/map.txt", "map")));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Is.Null);
            Assert.That(scene.Files, Is.EqualTo(new[] { $"artefacts/{UploadScene.Id}.tar.zst" }));
            Assert.That(scene.Log, Has.Count.EqualTo(3));
            Assert.That(scene.Log[0], Does.StartWith("Checking the archive:").And.Contain("2 entries"));
            Assert.That(scene.Log[1], Is.EqualTo("Repacking 2 files, 0 links, 1 folder: 20 bytes unpacked."));
            Assert.That(scene.Log[2], Does.StartWith("Repacked to ").And.EndWith("\"Server.x86_64\" will be run."));
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public async Task Process_UnusualShape_KeepsEveryFile(byte[] archive, string[] expected)
    {
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(archive), Is.Null);

        Assert.That(UploadScene.FilesBelow(await scene.ExtractAsync()), Is.EquivalentTo(expected));
    }

    private static IEnumerable<TestCaseData> Shapes()
    {
        yield return Shape("streamed", ZipMaker.Make(ZipItem.Server with { Streamed = true }, new("a", "x") { Streamed = true }), "a");
        yield return Shape("wide entries", ZipMaker.Make(ZipItem.Server with { Wide = true }, new("a", "x") { Wide = true }), "a");
        yield return Shape("wide end", new ZipMaker { WideEnd = true }.Write(ZipItem.Server, new("a", "x")), "a");
        yield return Shape("stored", ZipMaker.Make(ZipItem.Server with { Method = 0 }, new("a", "x") { Method = 0 }), "a");
        yield return Shape("something before it", new ZipMaker { Prefix = new byte[100] }.Write(ZipItem.Server, new("a", "x")), "a");
        yield return Shape("a comment", new ZipMaker { Comment = "made by PK\u0005\u0006 hand" }.Write(ZipItem.Server), []);
        yield return Shape("an empty file", ZipMaker.Make(ZipItem.Server, new("empty")), "empty");
        yield return Shape("folders listed twice", ZipMaker.Make(ZipItem.Server, new("a/"), new("a/"), new("a/b", "x")), "a/b");
        yield return Shape("backslashes", ZipMaker.Make(ZipItem.Server, new("a\\"), new("a\\b\\c", "x")), "a/b/c");
        yield return Shape("dots and doubled slashes", ZipMaker.Make(ZipItem.Server, new("./a/./b//c", "x")), "a/b/c");
        yield return Shape("UTF-8", ZipMaker.Make(ZipItem.Server, new("карта/地図", "x")), "карта/地図");
        yield return Shape("UTF-8 without its flag", ZipMaker.Make(ZipItem.Server, Raw([.. "é"u8])), "é");
        yield return Shape("code page 437", ZipMaker.Make(ZipItem.Server, Raw([0x81, (byte)'b', 0xE1])), "übß");
        yield return Shape("a long path", ZipMaker.Make(ZipItem.Server, new(LongPath, "x")), LongPath);
        yield return Shape("what the Finder adds", ZipMaker.Make(ZipItem.Server, new("__MACOSX/._Server.x86_64", "x")), []);
    }

    [Test]
    public async Task Process_EmptyFolder_IsKept()
    {
        using var scene = new UploadScene();
        await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new("saves/")));

        Assert.That(Path.Combine(await scene.ExtractAsync(), "saves"), Does.Exist);
    }

    [Test]
    public async Task Process_MoreEntriesThan16BitsCount_AreAllRead()
    {
        using var scene = new UploadScene();
        var many = Enumerable.Range(0, 65_540).Select(n => new ZipItem($"{n % 100}/{n}") { Method = 0 });

        var fault = await scene.RunAsync(ZipMaker.Make([ZipItem.Server, .. many]));

        Assert.That(fault, Is.Null);
        Assert.That(scene.Log[1], Does.StartWith("Repacking 65,541 files"));
    }

    [Test]
    public async Task Process_Deflate64_IsUnpacked()
    {
        // By 7-Zip, as Windows Explorer does for large files: "data.txt" is 200 times the same 32 letters.
        const string archive =
            "UEsDBAoAAAAAAAAAIVDihkXDEQAAABEAAAANAAAAU2VydmVyLng4Nl82NCMhL2Jpbi9zaApleGl0IDAKUEsDBBUAAAAJAAAAIVAtTycaTQAAAAAZAAAIAAAA" +
            "ZGF0YS50eHTlybEJgDAUBcBV3gAu9SFBLYxgBNe3cAuvO7h765l19Dzn1WZqrX2kRvu0hH/++eeff/75559//vnnn3/++eeff/75559//vnn/y//AlBLAQI/" +
            "AwoAAAAAAAAAIVDihkXDEQAAABEAAAANACQAAAAAAAAAIICkgQAAAABTZXJ2ZXIueDg2XzY0CgAgAAAAAAABABgAAAAFaTbA1QEAAAAAAAAAAAAAAAAAAAAA" +
            "UEsBAj8DFQAAAAkAAAAhUC1PJxpNAAAAABkAAAgAJAAAAAAAAAAggKSBPAAAAGRhdGEudHh0CgAgAAAAAAABABgAAAAFaTbA1QEAAAAAAAAAAAAAAAAAAAAA" +
            "UEsFBgAAAAACAAIAuQAAAK8AAAAAAA==";
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(Convert.FromBase64String(archive)), Is.Null);

        Assert.That(
            await File.ReadAllTextAsync(Path.Combine(await scene.ExtractAsync(), "data.txt")),
            Is.EqualTo(string.Concat(Enumerable.Repeat("the same words again and again, ", 200))));
    }

    [Test]
    public async Task Process_SetUserId_IsDropped()
    {
        using var scene = new UploadScene();
        await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new("tool", "x") { Mode = 0x8FED }));

        Assert.That(ModeOf(await scene.ExtractAsync(), "tool"), Is.EqualTo(Executable));
    }

    [Test]
    public async Task Process_ArchiveWithModes_KeepsThem()
    {
        using var scene = new UploadScene();
        await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new("script.sh", "#!/bin/sh") { Mode = 0x81A4 }, new("unreadable", "x") { Mode = 0x8000 }));

        var unpacked = await scene.ExtractAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ModeOf(unpacked, "Server.x86_64"), Is.EqualTo(Executable));
            Assert.That(ModeOf(unpacked, "script.sh"), Is.EqualTo(Plain));
            Assert.That(ModeOf(unpacked, "unreadable"), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [TestCase(0, TestName = "Process_ZippedOnWindows_MakesProgramsAndScriptsExecutable")]
    [TestCase(0x8180, TestName = "Process_ModesWithoutAnyExecuteBit_MakesProgramsAndScriptsExecutable")]
    public async Task Process_NoExecuteBits_MakesProgramsAndScriptsExecutable(int mode)
    {
        using var scene = new UploadScene();
        await scene.RunAsync(ZipMaker.Make(
            new("Server.x86_64", "plain") { Mode = mode },
            new("bin/tool", "\u007fELF....") { Mode = mode },
            new("start.sh", "#!/bin/sh\n") { Mode = mode },
            new("data.txt", "data") { Mode = mode }));

        var unpacked = await scene.ExtractAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IsExecutable(unpacked, "Server.x86_64"), Is.True);
            Assert.That(IsExecutable(unpacked, "bin/tool"), Is.True);
            Assert.That(IsExecutable(unpacked, "start.sh"), Is.True);
            Assert.That(IsExecutable(unpacked, "data.txt"), Is.False);
            Assert.That(scene.Log, Has.Some.StartsWith("Made 2 more files executable"));
        }
    }

    [Test]
    public async Task Process_LinksInside_AreKept()
    {
        using var scene = new UploadScene();
        var fault = await scene.RunAsync(ZipMaker.Make(
            ZipItem.Link("lib/libgame.so", "libgame.so.1"),
            ZipItem.Link("lib/libgame.so.1", "libgame.so.1.2"),
            new("lib/libgame.so.1.2", "library"),
            ZipItem.Link("current", "versions/1"),
            new("versions/1/Server.x86_64", "#!/bin/sh"),
            ZipItem.Link("versions/1/lib", "../../lib"),
            ZipItem.Link("later", "made/at/run/time")));

        Assert.That(fault, Does.Contain("\"Server.x86_64\" is not in the archive"));

        scene.Log.Clear();
        fault = await scene.RunAsync(
            ZipMaker.Make(
                ZipItem.Link("lib/libgame.so", "libgame.so.1"),
                ZipItem.Link("lib/libgame.so.1", "libgame.so.1.2"),
                new("lib/libgame.so.1.2", "library"),
                ZipItem.Link("current", "versions/1"),
                new("versions/1/Server.x86_64", "#!/bin/sh"),
                ZipItem.Link("versions/1/lib", "../../lib"),
                ZipItem.Link("later", "made/at/run/time")),
            "current/Server.x86_64");
        var unpacked = await scene.ExtractAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Is.Null);
            Assert.That(IsExecutable(unpacked, "current/Server.x86_64"), Is.True);
            Assert.That(File.ReadAllText(Path.Combine(unpacked, "current/lib/libgame.so")), Is.EqualTo("library"));
            Assert.That(new FileInfo(Path.Combine(unpacked, "later")).LinkTarget, Is.EqualTo("made/at/run/time"));
        }
    }

    [Test]
    public async Task Process_NamesThatDifferInCase_AreKeptWithAWarning()
    {
        using var scene = new UploadScene();

        Assert.That(await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new("Map", "1"), new("map", "2"))), Is.Null);

        Assert.That(scene.Log, Has.Some.StartsWith("Warning: \"Map\" and \"map\" differ only in case"));
    }

    [Test]
    public async Task Process_SameArchiveTwice_GivesTheSameBytes()
    {
        var archive = ZipMaker.Make(ZipItem.Server, new("a/b", "x"), ZipItem.Link("l", "a"));
        using var one = new UploadScene();
        using var other = new UploadScene();
        await one.RunAsync(archive);
        await other.RunAsync(archive);

        Assert.That(await File.ReadAllBytesAsync(one.Artefact), Is.EqualTo(await File.ReadAllBytesAsync(other.Artefact)));
    }

    private static string LongPath => string.Join('/', Enumerable.Repeat("a-rather-long-folder", 20));

    private static ZipItem Raw(byte[] name) => new("raw", "x") { RawName = name };

    private static TestCaseData Shape(string name, byte[] archive, params string[] others) =>
        new TestCaseData(archive, (string[])["Server.x86_64", .. others]).SetArgDisplayNames(name);

    private static UnixFileMode ModeOf(string directory, string file) => UploadScene.ModeOf(Path.Combine(directory, file));

    private static bool IsExecutable(string directory, string file) =>
        (ModeOf(directory, file) & UnixFileMode.UserExecute) != 0;
}
