using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

/// <summary>What a fleet store that outlives its process promises besides <see cref="FleetStoreContract"/>.</summary>
public abstract class DurableFleetStoreContract : FleetStoreContract
{
    /// <summary>The store last made by <see cref="FleetStoreContract.Create"/>, as the next process opens it. Not loaded.</summary>
    protected abstract IFleetStore Reopen();

    private protected override Func<IFleetStore> Reopening => Reopen;

    [Test]
    public async Task Load_AfterReopening_RemembersAll()
    {
        await using (var store = Create())
        {
            await store.LoadAsync(default);
            await store.AppendAsync(Batch(1, 2, 3) with { Archived = [Archived("a", "record")] }, default);
            await store.SaveSnapshotAsync(Snapshot(2), default);
            await store.AppendAsync(Batch(4), default);
        }

        await using var reopened = Reopen();
        var found = await reopened.LoadAsync(default);

        var archived = await reopened.FindArchivedAsync(new InstanceId("a"), default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(found.Snapshot!.Payload), Is.EqualTo("snapshot 2"));
            Assert.That(Texts(found), Is.EqualTo(new[] { "3:entry 3", "4:entry 4" }));
            Assert.That(Text(archived!.Value), Is.EqualTo("record"));
        }
    }

    [Test]
    public async Task Append_AfterReopening_FollowsTheLastEntryKept()
    {
        await using (var store = Create())
        {
            await store.LoadAsync(default);
            await store.AppendAsync(Batch(1, 2), default);
            await store.SaveSnapshotAsync(Snapshot(2), default);
        }

        await using var reopened = Reopen();
        await reopened.LoadAsync(default);

        Assert.That(async () => await reopened.AppendAsync(Batch(1), default), Throws.TypeOf<StoreException>());
        await reopened.ReloadAsync(default);
        await reopened.AppendAsync(Batch(3), default);
    }

    [Test]
    public async Task Load_WhileAnotherHoldsTheStore_IsRefused()
    {
        await using var store = Create();
        await store.LoadAsync(default);
        await using var second = Reopen();

        Assert.That(async () => await second.LoadAsync(default), Throws.TypeOf<StoreException>());

        await store.AppendAsync(Batch(1), default);
    }
}
