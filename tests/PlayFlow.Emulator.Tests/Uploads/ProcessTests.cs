using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class ProcessTests
{
    private static readonly byte[] Sound = ZipMaker.Make(ZipItem.Server, new ZipItem("noise", Noise(3_000_000)) { Method = 0 });

    [Test]
    public async Task Process_WithoutAnUpload_SaysSo()
    {
        using var scene = new UploadScene();

        Assert.That(await scene.ProcessAsync(), Does.StartWith("There is no upload for this build"));
    }

    [Test]
    public async Task Process_WithADelay_WaitsForTheClock_AndEndsWhenCancelled()
    {
        var time = new FakeTimeProvider();
        using var scene = new UploadScene(time: time, processingDelay: TimeSpan.FromSeconds(3));
        await scene.ReceiveAsync(Sound);
        using var cancellation = new CancellationTokenSource();
        var withdrawn = scene.ProcessAsync(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await withdrawn, Throws.InstanceOf<OperationCanceledException>());

        var processing = scene.ProcessAsync();
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.That((processing.IsCompleted, File.Exists(scene.Upload)), Is.EqualTo((false, true)));

        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.That(await processing, Is.Null);
    }

    [Test]
    public async Task Process_ContainerImage_IsRefused()
    {
        using var scene = new UploadScene();

        var fault = await scene.Store.ProcessAsync(
            UploadScene.Build() with { Type = BuildType.DockerImage }, scene.Log.Add, CancellationToken.None);

        Assert.That(fault, Does.Contain("uploaded archives only"));
    }

    [Test]
    public async Task Process_Twice_IsHarmless()
    {
        using var scene = new UploadScene();
        await scene.RunAsync(Sound);
        var files = scene.Files.ToList();

        Assert.That(await scene.ProcessAsync(), Is.Null);
        Assert.That(scene.Files, Is.EqualTo(files));
    }

    [Test]
    public async Task Process_TwiceAtOnce_BothAreReady()
    {
        using var scene = new UploadScene();
        await scene.ReceiveAsync(Sound);

        var faults = await Task.WhenAll(scene.ProcessAsync(), scene.ProcessAsync());

        Assert.That(faults, Is.All.Null);
        Assert.That(scene.Files.Count(), Is.EqualTo(1));
    }

    [TestCase(FullDisk.NoSpace, "no room left")]
    [TestCase(FullDisk.InputOutputError, "could not read or write")]
    public async Task Process_DiskFails_KeepsTheArchiveForAnotherTry(int error, string expected)
    {
        var isFull = true;
        using var scene = new UploadScene(createFile: (path, size) =>
            isFull && path.Contains("artefacts", StringComparison.Ordinal)
                ? new FullDisk(path, 1_000_000, error)
                : UploadReceiver.CreateFile(path, size));

        var fault = await scene.RunAsync(Sound);

        Assert.That(fault, Does.Contain(expected));
        Assert.That(scene.Files, Is.EqualTo(new[] { $"uploads/{UploadScene.Id}.zip" }));

        isFull = false;
        Assert.That(await scene.ProcessAsync(), Is.Null);
    }

    [Test]
    public async Task Process_Cancelled_LeavesTheArchiveForTheNextStart()
    {
        using var scene = new UploadScene();
        using var cancellation = new CancellationTokenSource();
        await scene.ReceiveAsync(Sound);

        var processing = scene.Store.ProcessAsync(UploadScene.Build(), CancelAtRepacking, cancellation.Token);

        Assert.That(async () => await processing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(scene.Files, Is.EqualTo(new[] { $"uploads/{UploadScene.Id}.zip" }));
        Assert.That(await scene.ProcessAsync(), Is.Null);

        void CancelAtRepacking(string line)
        {
            if (line.StartsWith("Repacking", StringComparison.Ordinal))
                cancellation.Cancel();
        }
    }

    [Test]
    public async Task Process_BuildDeletedMeanwhile_LeavesNothing()
    {
        using var scene = new UploadScene();
        await scene.ReceiveAsync(Sound);
        var deleting = Task.CompletedTask;

        var processing = scene.Store.ProcessAsync(UploadScene.Build(), DeleteAtRepacking, CancellationToken.None);
        Assert.That(async () => await processing, Throws.InstanceOf<OperationCanceledException>());
        await deleting;

        Assert.That(scene.Files, Is.Empty);

        void DeleteAtRepacking(string line)
        {
            if (line.StartsWith("Repacking", StringComparison.Ordinal))
                deleting = scene.Store.DeleteAsync(UploadScene.Id, CancellationToken.None);
        }
    }

    [Test]
    public async Task Process_BuildDeletedWhileItWaits_LeavesNothing()
    {
        using var scene = new UploadScene();
        await scene.ReceiveAsync(Sound);
        Task? deleting = null;
        Task<string?>? waiting = null;

        var processing = scene.Store.ProcessAsync(UploadScene.Build(), DeleteAtRepacking, CancellationToken.None);
        Assert.That(async () => await processing, Throws.InstanceOf<OperationCanceledException>());
        await deleting!;

        // Whoever gets in first, the one that deletes or the one that waited: the archive is not made into a build.
        await Task.WhenAny(waiting!);
        Assert.That(waiting!.IsCanceled || await waiting is not null, Is.True);
        Assert.That(scene.Files, Is.Empty);

        void DeleteAtRepacking(string line)
        {
            if (!line.StartsWith("Repacking", StringComparison.Ordinal) || waiting is not null)
                return;
            waiting = scene.ProcessAsync();
            deleting = scene.Store.DeleteAsync(UploadScene.Id, CancellationToken.None);
        }
    }

    [Test]
    public async Task Delete_ReadyBuild_LeavesNothing()
    {
        using var scene = new UploadScene();
        await scene.RunAsync(Sound);

        await scene.Store.DeleteAsync(UploadScene.Id, CancellationToken.None);
        await scene.Store.DeleteAsync(UploadScene.Id, CancellationToken.None);

        Assert.That(scene.Files, Is.Empty);
    }

    [Test]
    public async Task Process_LargeBuild_TellsItsProgress()
    {
        using var scene = new UploadScene(new UploadLimits { RatioFloorBytes = 1L << 30 });

        await scene.RunAsync(ZipMaker.Make(ZipItem.Server, new ZipItem("zeros", new byte[100_000_000])));

        Assert.That(scene.Log, Has.Some.Matches(@"^Repacked 16\.\d MB of 100\.0 MB \(16 %\)\.$"));
        Assert.That(scene.Log.Count(line => line.Contains(" %)", StringComparison.Ordinal)), Is.EqualTo(6));
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        return bytes;
    }
}
