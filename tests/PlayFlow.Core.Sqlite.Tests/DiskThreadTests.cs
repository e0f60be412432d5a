using NUnit.Framework;
using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class DiskThreadTests
{
    [Test]
    public async Task Run_DoesOneThingAfterTheOther_OnAThreadThatIsNotThePools()
    {
        using var thread = new DiskThread("test");
        var done = new List<(int Number, bool IsPool)>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => thread.RunAsync(() => done.Add((n, Thread.CurrentThread.IsThreadPoolThread)))));

        Assert.That(done, Is.EqualTo(Enumerable.Range(0, 100).Select(n => (n, false))));
    }

    [Test]
    public async Task Run_WorkThatThrows_IsToldAndHoldsUpNobody()
    {
        using var thread = new DiskThread("test");
        var failing = thread.RunAsync(static () => throw new IOException("no disk"));
        var next = thread.RunAsync(static () => { });

        Assert.That(async () => await failing, Throws.TypeOf<IOException>().With.Message.EqualTo("no disk"));
        await next;
    }

    [Test]
    public void Dispose_WaitsForWhatWasGiven_AndMayBeCalledAgain()
    {
        using var thread = new DiskThread("test");
        using var go = new ManualResetEventSlim();
        var work = thread.RunAsync(go.Wait);
        var after = thread.RunAsync(static () => { });
        var disposal = Task.Run(thread.Dispose);
        var early = disposal.IsCompleted;
        go.Set();
        disposal.Wait();
        thread.Dispose();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early, Is.False);
            Assert.That(work.IsCompletedSuccessfully && after.IsCompletedSuccessfully, Is.True);
            Assert.That(() => thread.RunAsync(static () => { }), Throws.TypeOf<ObjectDisposedException>());
        }
    }
}
