using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

/// <summary>What a log store that outlives its process promises besides <see cref="LogStoreContract"/>.</summary>
public abstract class DurableLogStoreContract : LogStoreContract
{
    /// <summary>The store last made by <see cref="LogStoreContract.Create"/>, as the next process opens it. Not opened.</summary>
    /// <param name="retention">How much it is to keep of each source from now on.</param>
    protected abstract ILogStore Reopen(LogRetention retention);

    private protected override Func<LogRetention, ILogStore> Reopening => Reopen;

    [Test]
    public async Task Open_AfterReopening_RemembersAll()
    {
        var compute = new ComputeId(new("a"), 3);
        await using (var store = Create(new LogRetention()))
        {
            await store.OpenAsync(default);
            await store.AppendAsync([Line(4, "a", "first"), Written(7, compute, LogLevel.Error, 99), Line(9, "b")], default);
        }

        await using var reopened = Reopen(new LogRetention());
        var state = await reopened.OpenAsync(default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(state, Is.EqualTo(new LogStoreState(9, Time(9))));
            Assert.That(await SequencesAsync(reopened, Everything("a")), Is.EqualTo(new[] { 4, 7 }));
            Assert.That(await reopened.GetPositionAsync(compute, LogLevel.Error, default), Is.EqualTo(99));
            Assert.That(await reopened.CountAsync(Server("a"), default), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Append_AfterReopening_GoesOnWhereItStopped()
    {
        await using (var store = Create(new LogRetention { MaxLines = 5 }))
        {
            await store.OpenAsync(default);
            await store.AppendAsync([.. Enumerable.Range(1, 5).Select(sequence => Line(sequence, "a"))], default);
        }

        await using var reopened = Reopen(new LogRetention { MaxLines = 3 });
        await reopened.OpenAsync(default);
        Assert.That(async () => await reopened.AppendAsync([Line(5, "a")], default), Throws.InstanceOf<ArgumentException>());

        await reopened.AppendAsync([Line(6, "a")], default);

        Assert.That(await SequencesAsync(reopened, Everything("a")), Is.EqualTo(new[] { 4, 5, 6 }));
    }
}
