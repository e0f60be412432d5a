using PlayFlow.Core.Process.Artefacts;

namespace PlayFlow.Core.Process.Tests.Artefacts;

public sealed class BuildTurnsTests
{
    private readonly BuildTurns _turns = new();

    [Test]
    public async Task Turn_OfABuildInUse_IsWaitedFor()
    {
        var first = await _turns.TakeAsync("build", CancellationToken.None);
        var second = _turns.TakeAsync("build", CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.IsCompleted, Is.False);
            Assert.That(_turns.TryTake("build"), Is.Null);
        }

        first.Dispose();
        (await second).Dispose();

        Assert.That(_turns.Count, Is.Zero);
    }

    [Test]
    public async Task Turn_GivenUp_LeavesNothing()
    {
        var first = await _turns.TakeAsync("build", CancellationToken.None);
        using var stopped = new CancellationTokenSource();
        var second = _turns.TakeAsync("build", stopped.Token);
        await stopped.CancelAsync();
        await Assert.ThatAsync(() => second, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_turns.Count, Is.EqualTo(1));

        first.Dispose();

        Assert.That(_turns.Count, Is.Zero);
    }

    [Test]
    public void Turn_OfAFreeBuild_IsTakenAtOnceAndLeavesNothing()
    {
        using (_turns.TryTake("build"))
        {
            Assert.That(_turns.Count, Is.EqualTo(1));
        }

        Assert.That(_turns.Count, Is.Zero);
    }
}
