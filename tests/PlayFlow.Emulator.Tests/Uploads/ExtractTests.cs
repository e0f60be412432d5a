using System.Formats.Tar;
using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Uploads;
using PlayFlow.Emulator.Uploads.Repack;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class ExtractTests
{
    [Test]
    public async Task Extract_UnknownBuild_IsADownloadFailure()
    {
        using var scene = new UploadScene();

        await AssertDownloadFailureAsync(scene, "missing");
    }

    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.99)]
    public async Task Extract_CutArtefact_IsADownloadFailureAndLeavesNothing(double part)
    {
        using var scene = await ReadyAsync();
        var bytes = await File.ReadAllBytesAsync(scene.Artefact);
        await File.WriteAllBytesAsync(scene.Artefact, bytes[..(int)(bytes.Length * part)]);

        await AssertDownloadFailureAsync(scene, "damaged");
    }

    [Test]
    public async Task Extract_FlippedBit_IsADownloadFailureAndLeavesNothing([Range(1, 20)] int place)
    {
        using var scene = await ReadyAsync();
        var bytes = await File.ReadAllBytesAsync(scene.Artefact);
        bytes[bytes.Length * place / 21] ^= 0x10;
        await File.WriteAllBytesAsync(scene.Artefact, bytes);

        await AssertDownloadFailureAsync(scene, "");
    }

    [TestCaseSource(nameof(HostileArtefacts))]
    public async Task Extract_HostileArtefact_WritesNothing(TarEntry[] entries)
    {
        using var scene = new UploadScene();
        using (var file = File.Create(scene.Artefact))
        using (var compressed = TarZst.Compress(file, 1, 0))
        using (var tar = new TarWriter(compressed))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }

        await AssertDownloadFailureAsync(scene, "");
        Assert.That(UploadScene.FilesBelow(scene.Root).Count(), Is.EqualTo(1));
    }

    private static IEnumerable<TestCaseData> HostileArtefacts()
    {
        yield return Case("climbs out", Entry(TarEntryType.RegularFile, "../evil"));
        yield return Case("absolute", Entry(TarEntryType.RegularFile, "/tmp/evil-of-a-test"));
        yield return Case("root", Entry(TarEntryType.Directory, "./"));
        yield return Case("twice", Entry(TarEntryType.RegularFile, "a"), Entry(TarEntryType.RegularFile, "a"));
        yield return Case("below a file", Entry(TarEntryType.RegularFile, "a"), Entry(TarEntryType.RegularFile, "a/b"));
        yield return Case("link out", Entry(TarEntryType.SymbolicLink, "a", "../.."));
        yield return Case("absolute link", Entry(TarEntryType.SymbolicLink, "a", "/tmp"));
        yield return Case(
            "chain out",
            Entry(TarEntryType.SymbolicLink, "a/b/up", ".."),
            Entry(TarEntryType.SymbolicLink, "out", "a/b/up/../../.."));
        yield return Case("link below a link", Entry(TarEntryType.SymbolicLink, "a", "b"), Entry(TarEntryType.SymbolicLink, "a/c", "d"));
        yield return Case("file through a link", Entry(TarEntryType.SymbolicLink, "a", "b"), Entry(TarEntryType.RegularFile, "a/c"));
        yield return Case("hard link", Entry(TarEntryType.HardLink, "a", "/etc/hostname"));
        yield return Case("pipe", Entry(TarEntryType.Fifo, "a"));
    }

    [Test]
    public async Task Extract_DirectoryInUse_IsACallersMistake()
    {
        using var scene = await ReadyAsync();
        await File.WriteAllTextAsync(Path.Combine(scene.Root, "mine"), "mine");

        Assert.That(
            async () => await scene.Store.ExtractAsync(UploadScene.Id, scene.Root, CancellationToken.None),
            Throws.ArgumentException);
        Assert.That(Path.Combine(scene.Root, "mine"), Does.Exist);
    }

    [Test]
    public async Task Extract_Cancelled_LeavesNothing()
    {
        using var scene = await ReadyAsync();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        Assert.That(
            async () => await scene.Store.ExtractAsync(UploadScene.Id, Target(scene), cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Extract_ManyAtOnce_AllGetTheirOwnFiles()
    {
        using var scene = await ReadyAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(n =>
            scene.Store.ExtractAsync(UploadScene.Id, Path.Combine(scene.Root, $"server{n}"), CancellationToken.None)));

        for (var n = 0; n < 4; n++)
            Assert.That(UploadScene.FilesBelow(Path.Combine(scene.Root, $"server{n}")).Count(), Is.EqualTo(2));
    }

    private static async Task<UploadScene> ReadyAsync()
    {
        var scene = new UploadScene();
        var noise = new byte[200_000];
        new Random(3).NextBytes(noise);
        await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new ZipItem("data/noise", noise)));
        return scene;
    }

    private static async Task AssertDownloadFailureAsync(UploadScene scene, string expected)
    {
        var fault = await Assert.ThrowsAsync<ComputeException>(
            async () => await scene.Store.ExtractAsync(UploadScene.Id, Target(scene), CancellationToken.None));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault!.Reason, Is.EqualTo(StopReason.StartupFailureDownload));
            Assert.That(fault.Message, Does.StartWith("The build cannot be unpacked").And.Contain(expected));
            Assert.That(Directory.EnumerateFileSystemEntries(Target(scene)), Is.Empty);
        }
    }

    private static string Target(UploadScene scene) => Path.Combine(scene.Root, "server");

    private static TestCaseData Case(string name, params TarEntry[] entries) => new TestCaseData([entries]).SetArgDisplayNames(name);

    private static PaxTarEntry Entry(TarEntryType type, string name, string? target = null)
    {
        var entry = new PaxTarEntry(type, name);
        if (target is not null)
            entry.LinkName = target;
        if (type == TarEntryType.RegularFile)
            entry.DataStream = new MemoryStream([1, 2, 3]);
        return entry;
    }
}
