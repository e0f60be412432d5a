using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

/// <summary>
/// What every <see cref="IFleetStore"/> promises, as tests. Derive a fixture, say how a store is made, and run it. A store that
/// outlives its process derives <see cref="DurableFleetStoreContract"/> instead. Mark it
/// <c>[TestFixture]</c>: NUnit passes over an assembly that mentions nothing of NUnit itself.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract partial class FleetStoreContract
{
    /// <summary>A new, empty store that shares nothing with those before it. The suite loads and disposes it.</summary>
    protected abstract IFleetStore Create();

    /// <summary>The next random walk's store may be opened again through this; null when a store forgets on disposal.</summary>
    private protected virtual Func<IFleetStore>? Reopening => null;

    [Test]
    public async Task Load_NewStore_RemembersNothing()
    {
        await using var store = Create();

        var found = await store.LoadAsync(default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Snapshot, Is.Null);
            Assert.That(found.Entries, Is.Empty);
        }
    }

    [Test]
    public async Task Append_SeveralBatches_AreReadBackInOrder()
    {
        await using var store = await LoadedAsync();

        await store.AppendAsync(Batch(1, 2), default);
        await store.AppendAsync(Batch(3), default);

        Assert.That(Texts(await store.ReloadAsync(default)), Is.EqualTo(new[] { "1:entry 1", "2:entry 2", "3:entry 3" }));
    }

    [Test]
    public async Task Append_BufferReusedByCaller_KeepsWhatWasGiven()
    {
        await using var store = await LoadedAsync();
        var buffer = "before"u8.ToArray();
        var id = new InstanceId("a");

        await store.AppendAsync(new JournalBatch([new JournalEntry(1, buffer)], [new ArchivedServer(id, buffer)]), default);
        "after!"u8.CopyTo(buffer);

        var archived = await store.FindArchivedAsync(id, default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Texts(await store.ReloadAsync(default)), Is.EqualTo(new[] { "1:before" }));
            Assert.That(Text(archived!.Value), Is.EqualTo("before"));
        }
    }

    [Test]
    public async Task Append_PayloadsOfAnySize_AreReadBackExactly([Values(0, 1, 4096, 3_000_000)] int size)
    {
        await using var store = await LoadedAsync();
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        var id = new InstanceId("a");

        await store.AppendAsync(new JournalBatch([new JournalEntry(1, payload)], [new ArchivedServer(id, payload)]), default);

        var archived = await store.FindArchivedAsync(id, default);
        var kept = await store.ReloadAsync(default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.Entries.Single().Payload.Span.SequenceEqual(payload));
            Assert.That(archived, Is.Not.Null);
            Assert.That(archived!.Value.Span.SequenceEqual(payload));
        }
    }

    [TestCase(new long[] { 2 }, TestName = "Append_Repetition_IsRefused")]
    [TestCase(new long[] { 4 }, TestName = "Append_Gap_IsRefused")]
    [TestCase(new long[] { 3, 5 }, TestName = "Append_GapInsideBatch_IsRefused")]
    [TestCase(new long[] { 3, 3 }, TestName = "Append_RepetitionInsideBatch_IsRefused")]
    public async Task Append_OutOfSequence_IsRefused(long[] sequences)
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1, 2), default);
        var wrong = Batch(sequences) with { Archived = [new ArchivedServer(new InstanceId("a"), "x"u8.ToArray())] };

        Assert.That(async () => await store.AppendAsync(wrong, default), Throws.TypeOf<StoreException>());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Texts(await store.ReloadAsync(default)), Is.EqualTo(new[] { "1:entry 1", "2:entry 2" }));
            Assert.That(await store.FindArchivedAsync(new InstanceId("a"), default), Is.Null);
        }

        await store.AppendAsync(Batch(3), default);
    }

    [Test]
    public async Task Append_NothingInBatch_IsRefused()
    {
        await using var store = await LoadedAsync();

        Assert.That(async () => await store.AppendAsync(new JournalBatch([], []), default), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Append_Cancelled_KeepsNothing()
    {
        await using var store = await LoadedAsync();

        Assert.That(
            async () => await store.AppendAsync(Batch(1), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That((await store.ReloadAsync(default)).Entries, Is.Empty);
    }

    [Test]
    public async Task AnyCall_BeforeLoad_IsRefused()
    {
        await using var store = Create();

        Assert.That(async () => await store.AppendAsync(Batch(1), default), Throws.InvalidOperationException);
        Assert.That(async () => await store.FindArchivedAsync(new InstanceId("a"), default), Throws.InvalidOperationException);
        Assert.That(async () => await store.ReloadAsync(default), Throws.InvalidOperationException);
        Assert.That(async () => await store.SaveSnapshotAsync(Snapshot(0), default), Throws.InvalidOperationException);
    }

    [Test]
    public async Task AnyCall_AfterDispose_IsRefused()
    {
        var store = await LoadedAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();

        Assert.That(async () => await store.AppendAsync(Batch(1), default), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await store.FindArchivedAsync(new InstanceId("a"), default), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await store.LoadAsync(default), Throws.TypeOf<ObjectDisposedException>());
    }

    private async Task<IFleetStore> LoadedAsync()
    {
        var store = Create();
        await store.LoadAsync(default);
        return store;
    }
}
