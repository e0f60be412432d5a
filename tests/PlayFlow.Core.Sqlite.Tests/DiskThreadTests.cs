using NUnit.Framework;
using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class DiskThreadTests
{
    [Test]
    public async Task Run_DoesOneThingAfterTheOther_OnAThreadThatIsNotThePools()
    {
        await using var thread = new DiskThread("test");
        var done = new List<(int Number, bool IsPool)>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => thread.RunAsync(() => done.Add((n, Thread.CurrentThread.IsThreadPoolThread)))));

        Assert.That(done, Is.EqualTo(Enumerable.Range(0, 100).Select(n => (n, false))));
    }

    [Test]
    public async Task Run_WorkThatThrows_IsToldAndHoldsUpNobody()
    {
        await using var thread = new DiskThread("test");
        var failing = thread.RunAsync(static () => throw new IOException("no disk"));
        var next = thread.RunAsync(static () => { });

        Assert.That(async () => await failing, Throws.TypeOf<IOException>().With.Message.EqualTo("no disk"));
        await next;
    }

    [Test]
    public async Task Dispose_WaitsForWhatWasGiven_AndMayBeCalledAgain()
    {
        await using var thread = new DiskThread("test");
        using var go = new ManualResetEventSlim();
        var work = thread.RunAsync(go.Wait);
        var after = thread.RunAsync(static () => { });
        var disposal = thread.DisposeAsync().AsTask();
        var early = disposal.IsCompleted;
        go.Set();
        await disposal;
        await thread.DisposeAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early, Is.False);
            Assert.That(work.IsCompletedSuccessfully && after.IsCompletedSuccessfully, Is.True);
            Assert.That(() => thread.RunAsync(static () => { }), Throws.TypeOf<ObjectDisposedException>());
        }
    }

    [Test]
    public async Task Dispose_NothingWasEverGiven_EndsAtOnce()
    {
        var thread = new DiskThread("test");

        await thread.DisposeAsync();

        Assert.That(() => thread.RunAsync(static () => { }), Throws.TypeOf<ObjectDisposedException>());
    }
}
