using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class ReceiveTests
{
    private static readonly byte[] Megabyte = new byte[1_000_000];

    [Test]
    public async Task Receive_WholeBody_IsStored()
    {
        using var scene = new UploadScene();

        var outcome = await scene.ReceiveAsync(Megabyte);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(outcome, Is.EqualTo(new UploadOutcome(UploadStatus.Stored, 1_000_000)));
            Assert.That(scene.Store.HasUpload(UploadScene.Id), Is.True);
            Assert.That(scene.Files, Is.EqualTo(new[] { $"uploads/{UploadScene.Id}.zip" }));
            Assert.That(await File.ReadAllBytesAsync(scene.Upload), Is.EqualTo(Megabyte));
        }
    }

    [Test]
    public async Task Receive_UnknownLength_IsStored()
    {
        using var scene = new UploadScene();

        var outcome = await scene.Store.ReceiveAsync(UploadScene.Id, new MemoryStream(Megabyte), null, CancellationToken.None);

        Assert.That(outcome.Status, Is.EqualTo(UploadStatus.Stored));
        Assert.That(new FileInfo(scene.Upload).Length, Is.EqualTo(1_000_000));
    }

    [TestCase(999_999)]
    [TestCase(1_000_001)]
    [TestCase(50_000_000)]
    public async Task Receive_AnotherLengthThanAnnounced_LeavesNothing(long announced)
    {
        using var scene = new UploadScene();

        var outcome = await scene.Store.ReceiveAsync(UploadScene.Id, new MemoryStream(Megabyte), announced, CancellationToken.None);

        Assert.That(outcome, Is.EqualTo(new UploadOutcome(UploadStatus.Incomplete, 1_000_000)));
        AssertNothingLeft(scene);
    }

    [TestCase(1_000_000L)]
    [TestCase(null)]
    public async Task Receive_TooLarge_LeavesNothing(long? announced)
    {
        using var scene = new UploadScene(new UploadLimits { MaxUploadBytes = 999_999 });

        var outcome = await scene.Store.ReceiveAsync(UploadScene.Id, new MemoryStream(Megabyte), announced, CancellationToken.None);

        Assert.That(outcome.Status, Is.EqualTo(UploadStatus.TooLarge));
        AssertNothingLeft(scene);
    }

    [Test]
    public async Task Receive_ExactlyTheMost_IsStored()
    {
        using var scene = new UploadScene(new UploadLimits { MaxUploadBytes = 1_000_000 });

        Assert.That((await scene.ReceiveAsync(Megabyte)).Status, Is.EqualTo(UploadStatus.Stored));
    }

    [Test]
    public async Task Receive_SecondWhileOneArrives_IsBusyAndTheFirstGoesOn()
    {
        using var scene = new UploadScene();
        var body = new BodyStream(Megabyte);
        var first = scene.Store.ReceiveAsync(UploadScene.Id, body, null, CancellationToken.None);
        await body.Waiting;

        var second = await scene.ReceiveAsync(Megabyte);
        var other = await scene.Store.ReceiveAsync(new BuildId("other"), new MemoryStream(Megabyte), null, CancellationToken.None);
        body.Finish();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second, Is.EqualTo(new UploadOutcome(UploadStatus.Busy, 0)));
            Assert.That(other.Status, Is.EqualTo(UploadStatus.Stored));
            Assert.That((await first).Status, Is.EqualTo(UploadStatus.Stored));
        }
    }

    [Test]
    public async Task Receive_ConnectionBreaks_LeavesNothing()
    {
        using var scene = new UploadScene();
        var body = new BodyStream(Megabyte);
        var receiving = scene.Store.ReceiveAsync(UploadScene.Id, body, 2_000_000, CancellationToken.None);
        await body.Waiting;

        body.Break();

        Assert.That(await receiving, Is.EqualTo(new UploadOutcome(UploadStatus.Incomplete, 1_000_000)));
        AssertNothingLeft(scene);
        Assert.That((await scene.ReceiveAsync(Megabyte)).Status, Is.EqualTo(UploadStatus.Stored));
    }

    [Test]
    public async Task Receive_Cancelled_LeavesNothing()
    {
        using var scene = new UploadScene();
        using var cancellation = new CancellationTokenSource();
        var body = new BodyStream(Megabyte);
        var receiving = scene.Store.ReceiveAsync(UploadScene.Id, body, null, cancellation.Token);
        await body.Waiting;

        await cancellation.CancelAsync();

        Assert.That(async () => await receiving, Throws.InstanceOf<OperationCanceledException>());
        AssertNothingLeft(scene);
    }

    [Test]
    public async Task Receive_BuildDeletedMeanwhile_IsWithdrawn()
    {
        using var scene = new UploadScene();
        var body = new BodyStream(Megabyte);
        var receiving = scene.Store.ReceiveAsync(UploadScene.Id, body, null, CancellationToken.None);
        await body.Waiting;

        await scene.Store.DeleteAsync(UploadScene.Id, CancellationToken.None);

        Assert.That((await receiving).Status, Is.EqualTo(UploadStatus.Withdrawn));
        AssertNothingLeft(scene);
    }

    [TestCase(FullDisk.NoSpace, "DiskFull")]
    [TestCase(FullDisk.InputOutputError, "StorageFailed")]
    public async Task Receive_DiskFails_LeavesNothing(int error, string status)
    {
        using var scene = new UploadScene(createFile: (path, _) => new FullDisk(path, 500_000, error));

        var outcome = await scene.ReceiveAsync(Megabyte);

        Assert.That(outcome.Status.ToString(), Is.EqualTo(status));
        AssertNothingLeft(scene);
    }

    [Test]
    public async Task Receive_LargeBody_GoesToTheDiskWhileItArrives()
    {
        WatchedDisk? file = null;
        using var scene = new UploadScene(createFile: (path, _) => file = new WatchedDisk(path));

        var outcome = await scene.ReceiveAsync(new byte[40_000_000]);

        Assert.That(outcome.Status, Is.EqualTo(UploadStatus.Stored));
        Assert.That(file!.Flushes, Is.EqualTo(2));
    }

    [TestCase(FullDisk.NoSpace, "DiskFull")]
    [TestCase(FullDisk.InputOutputError, "StorageFailed")]
    public async Task Receive_DiskFailsWhileMoreArrives_LeavesNothing(int error, string status)
    {
        using var scene = new UploadScene(createFile: (path, _) => new WatchedDisk(path, error));

        var outcome = await scene.ReceiveAsync(new byte[40_000_000]);

        Assert.That(outcome.Status.ToString(), Is.EqualTo(status));
        AssertNothingLeft(scene);
    }

    [TestCase(null, 0)]
    [TestCase(1_000_000L, 1_000_000)]
    [TestCase(8L << 30, 64 << 20)]
    public async Task Receive_WhateverIsAnnounced_ReservesLittle(long? announced, long expected)
    {
        var reserved = new List<long>();
        using var scene = new UploadScene(createFile: (_, size) =>
        {
            reserved.Add(size);
            return new MemoryStream();
        });

        await scene.Store.ReceiveAsync(UploadScene.Id, new MemoryStream(Megabyte, 0, 1), announced, CancellationToken.None);

        Assert.That(reserved, Is.EqualTo(new[] { expected }));
    }

    [Test]
    public async Task Receive_MoreThanTheDiskHolds_LeavesNothing()
    {
        using var scene = new UploadScene(new UploadLimits { MaxUploadBytes = long.MaxValue });

        var outcome = await scene.Store.ReceiveAsync(UploadScene.Id, new MemoryStream(Megabyte), 1L << 60, CancellationToken.None);

        // Little is reserved ahead, whatever is announced.
        Assert.That(outcome.Status, Is.EqualTo(UploadStatus.DiskFull).Or.EqualTo(UploadStatus.Incomplete));
        AssertNothingLeft(scene);
    }

    [Test]
    public async Task Open_AfterACrash_RemovesUnfinishedFilesOnly()
    {
        using var scene = new UploadScene();
        await scene.RunAsync(ZipMaker.Make(ZipItem.Server));
        await scene.ReceiveAsync(Megabyte);
        var whole = scene.Files.ToList();
        Assert.That(whole, Has.Count.EqualTo(2));
        await File.WriteAllTextAsync(scene.Upload + ".part", "half");
        await File.WriteAllTextAsync(scene.Artefact + ".part", "half");

        using var again = new ArtefactStore(scene.Options);

        Assert.That(scene.Files, Is.EquivalentTo(whole));
    }

    [TestCase("../../outside")]
    [TestCase("a/b\\c")]
    [TestCase("..")]
    public async Task Receive_IdLikeAPath_StaysInTheDirectory(string id)
    {
        using var scene = new UploadScene();

        await scene.Store.ReceiveAsync(new BuildId(id), new MemoryStream(Megabyte), null, CancellationToken.None);

        Assert.That(Directory.GetFiles(Path.Combine(scene.Options.Directory, "uploads")), Has.Length.EqualTo(1));
        Assert.That(UploadScene.FilesBelow(scene.Root).Count(), Is.EqualTo(1));
    }

    private static void AssertNothingLeft(UploadScene scene)
    {
        Assert.That(scene.Files, Is.Empty);
        Assert.That(scene.Store.HasUpload(UploadScene.Id), Is.False);
    }
}
