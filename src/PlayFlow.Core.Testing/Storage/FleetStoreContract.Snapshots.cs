using System.Globalization;
using System.Text;
using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

public abstract partial class FleetStoreContract
{
    [Test]
    public async Task SaveSnapshot_OfAllEntries_StandsForThem()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1, 2), default);

        await store.SaveSnapshotAsync(Snapshot(2), default);

        var kept = await store.ReloadAsync(default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.Snapshot!.Sequence, Is.EqualTo(2));
            Assert.That(Text(kept.Snapshot.Payload), Is.EqualTo("snapshot 2"));
            Assert.That(kept.Entries, Is.Empty);
        }
    }

    [Test]
    public async Task SaveSnapshot_OfTheFirstEntries_LeavesTheLaterOnes()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1, 2, 3), default);

        await store.SaveSnapshotAsync(Snapshot(2), default);
        await store.AppendAsync(Batch(4), default);

        Assert.That(Texts(await store.ReloadAsync(default)), Is.EqualTo(new[] { "3:entry 3", "4:entry 4" }));
    }

    [Test]
    public async Task SaveSnapshot_Again_ReplacesTheOneBefore()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1, 2), default);
        await store.SaveSnapshotAsync(Snapshot(1), default);
        await store.SaveSnapshotAsync(Snapshot(2), default);
        await store.SaveSnapshotAsync(new FleetSnapshot(2, "again"u8.ToArray()), default);

        Assert.That(Text((await store.ReloadAsync(default)).Snapshot!.Payload), Is.EqualTo("again"));
    }

    [TestCase(1, TestName = "SaveSnapshot_OlderThanTheOneKept_IsRefused")]
    [TestCase(4, TestName = "SaveSnapshot_OfEntriesNeverKept_IsRefused")]
    public async Task SaveSnapshot_OutOfRange_IsRefused(long sequence)
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1, 2, 3), default);
        await store.SaveSnapshotAsync(Snapshot(2), default);

        Assert.That(async () => await store.SaveSnapshotAsync(Snapshot(sequence), default), Throws.TypeOf<StoreException>());

        var kept = await store.ReloadAsync(default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text(kept.Snapshot!.Payload), Is.EqualTo("snapshot 2"));
            Assert.That(Texts(kept), Is.EqualTo(new[] { "3:entry 3" }));
        }
    }

    [Test]
    public async Task SaveSnapshot_OfMegabytes_IsReadBackExactly()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1), default);
        var payload = new byte[5_000_001];
        new Random(5).NextBytes(payload);

        await store.SaveSnapshotAsync(new FleetSnapshot(1, payload), default);
        await store.SaveSnapshotAsync(new FleetSnapshot(1, payload.AsMemory(1)), default);

        Assert.That((await store.ReloadAsync(default)).Snapshot!.Payload.Span.SequenceEqual(payload.AsSpan(1)));
    }

    [Test]
    public async Task SaveSnapshot_BesideTheWriter_LosesNoEntry()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1), default);

        var snapshots = Task.Run(async () =>
        {
            for (var size = 0; size < 20; size++)
            {
                await store.SaveSnapshotAsync(new FleetSnapshot(1, new byte[size * 100_000]), default);
            }
        });
        for (var sequence = 2; sequence <= 100; sequence++)
        {
            await store.AppendAsync(Batch(sequence), default);
        }

        await snapshots;
        var kept = await store.ReloadAsync(default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.Snapshot!.Payload.Length, Is.EqualTo(1_900_000));
            Assert.That(kept.Entries.Select(entry => entry.Sequence), Is.EqualTo(Enumerable.Range(2, 99)));
        }
    }

    /// <summary>A batch of small entries with these numbers, which archives nothing.</summary>
    protected static JournalBatch Batch(params long[] sequences) => new(
        [.. sequences.Select(sequence => new JournalEntry(sequence, Bytes(string.Create(CultureInfo.InvariantCulture, $"entry {sequence}"))))],
        []);

    private protected static FleetSnapshot Snapshot(long sequence) =>
        new(sequence, Bytes(string.Create(CultureInfo.InvariantCulture, $"snapshot {sequence}")));

    /// <summary>A server to archive with a record of this text.</summary>
    protected static ArchivedServer Archived(string id, string record) => new(new InstanceId(id), Bytes(record));

    private protected static IEnumerable<string> Texts(StoredFleet fleet) =>
        fleet.Entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Sequence}:{Text(entry.Payload)}"));

    private protected static string Text(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
