using System.Text;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class SqliteFleetStoreTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Append_CrashRightAfter_IsKept()
    {
        await using var store = new SqliteFleetStore(_folder.Next());
        var path = _folder.Current;
        await store.LoadAsync(default);
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            await store.AppendAsync(Batch(sequence, $"entry {sequence}"), default);

            await using var found = new SqliteFleetStore(_folder.CopyAsAfterACrash(path));
            var fleet = await found.LoadAsync(default);

            Assert.That(fleet.Entries, Has.Count.EqualTo(sequence));
            Assert.That(Encoding.UTF8.GetString(fleet.Entries[^1].Payload.Span), Is.EqualTo($"entry {sequence}"));
        }
    }

    [Test]
    public async Task Append_WhileTheDatabaseIsBusy_KeepsNoCallerWaiting()
    {
        await using var store = new SqliteFleetStore(_folder.Next());
        await store.LoadAsync(default);
        await using var other = new SqliteConnection($"Data Source={_folder.Current};Pooling=False");
        await other.OpenAsync();
        await using var busy = await other.BeginTransactionAsync();

        var append = store.AppendAsync(Batch(1, "entry"), default).AsTask();
        var returned = append.IsCompleted;
        await busy.RollbackAsync();
        await append;

        Assert.That(returned, Is.False);
    }

    [Test]
    public async Task Load_WriteAheadLogCutAnywhere_IsAJournalWithoutGaps()
    {
        await using var store = new SqliteFleetStore(_folder.Next());
        var path = _folder.Current;
        await store.LoadAsync(default);
        for (var sequence = 1; sequence <= 10; sequence++)
        {
            await store.AppendAsync(Batch(sequence, new string('x', sequence * 700)), default);
        }

        var random = new Random(7);
        var whole = new FileInfo(path + "-wal").Length;
        for (var n = 0; n < 40; n++)
        {
            var copy = _folder.CopyAsAfterACrash(path);
            await using (var log = new FileStream(copy + "-wal", FileMode.Open))
            {
                log.SetLength(random.NextInt64(whole + 1));
            }

            await using var found = new SqliteFleetStore(copy);
            var fleet = await found.LoadAsync(default);

            Assert.That(fleet.Entries.Select(entry => entry.Payload.Length), Is.EqualTo(fleet.Entries.Select(entry => (int)entry.Sequence * 700)));
        }
    }

    [Test]
    public async Task SaveSnapshot_CrashAtAnyMoment_LeavesTheOldOneOrTheNew()
    {
        // Small enough that no checkpoint falls between the copies of the two files.
        await using var store = new SqliteFleetStore(_folder.Next());
        var path = _folder.Current;
        await store.LoadAsync(default);
        await store.AppendAsync(Batch(1, "one"), default);
        await store.SaveSnapshotAsync(new FleetSnapshot(1, Filled(1, 1_200_000)), default);
        await store.AppendAsync(Batch(2, "two"), default);

        var saving = Task.Run(async () => await store.SaveSnapshotAsync(new FleetSnapshot(2, Filled(2, 1_200_000)), default));
        do
        {
            await using var found = new SqliteFleetStore(_folder.CopyAsAfterACrash(path));
            var fleet = await found.LoadAsync(default);

            var payload = fleet.Snapshot!.Payload;
            Assert.That(payload.Length, Is.EqualTo(1_200_000));
            Assert.That(payload.Span.ContainsAnyExcept((byte)fleet.Snapshot.Sequence), Is.False);
            Assert.That(fleet.Snapshot.Sequence + fleet.Entries.Count, Is.EqualTo(2));
        }
        while (!saving.IsCompleted);

        await saving;
    }

    [Test]
    public async Task Append_BatchLargerThanARow_IsReadBack_AndWhatASnapshotInTheMiddleOfItLeaves()
    {
        int[] sizes = [400_000, 700_000, 1, 2_000_000, 0, 600_000, 600_000, 3];
        var path = _folder.Next();
        await using (var store = new SqliteFleetStore(path))
        {
            await store.LoadAsync(default);
            await store.AppendAsync(new JournalBatch([.. sizes.Select((size, i) => new JournalEntry(i + 1, Filled((byte)i, size)))], []), default);
            await store.AppendAsync(Batch(sizes.Length + 1, "last"), default);
        }

        for (var snapshot = 0; snapshot <= sizes.Length; snapshot++)
        {
            await using var store = new SqliteFleetStore(path);
            var fleet = await store.LoadAsync(default);
            var expected = sizes.Select((size, i) => Filled((byte)i, size)).Append("last"u8.ToArray()).Skip(snapshot).ToArray();

            Assert.That(fleet.Entries.Select(entry => entry.Sequence), Is.EqualTo(Enumerable.Range(snapshot + 1, expected.Length)));
            Assert.That(fleet.Entries.Zip(expected).All(pair => pair.First.Payload.Span.SequenceEqual(pair.Second)), Is.True);
            await store.SaveSnapshotAsync(new FleetSnapshot(snapshot + 1, Filled(1, 10)), default);
        }
    }

    [Test]
    public async Task Append_DiskFull_SaysSoAndKeepsNothing()
    {
        await using var store = await FullStoreAsync();

        Assert.That(
            async () => await store.AppendAsync(Batch(2, new string('x', 100_000)), default),
            Throws.TypeOf<StoreException>().With.Message.Contains("no room left").And.Message.Contains(_folder.Current));

        Assert.That(
            async () => await store.AppendAsync(Batch(2, "small"), default),
            Throws.TypeOf<StoreException>().With.Message.Contains("ReloadAsync"));
    }

    [Test]
    public async Task Reload_DiskStillFull_Throws()
    {
        await using var store = await FullStoreAsync();
        Assert.That(async () => await store.AppendAsync(Batch(2, new string('x', 100_000)), default), Throws.TypeOf<StoreException>());

        Assert.That(async () => await store.ReloadAsync(default), Throws.TypeOf<StoreException>().With.Message.Contains("no room left"));
        Assert.That(async () => await store.AppendAsync(Batch(2, "small"), default), Throws.TypeOf<StoreException>());
        Assert.That(await store.FindArchivedAsync(new InstanceId("a"), default), Is.Not.Null, "what is kept can be read meanwhile");
    }

    [Test]
    public async Task Reload_RoomAgain_TellsWhatIsKeptAndGoesOn()
    {
        await using var store = await FullStoreAsync();
        Assert.That(async () => await store.AppendAsync(Batch(2, new string('x', 100_000)), default), Throws.TypeOf<StoreException>());
        store.LimitPages(0);

        var kept = await store.ReloadAsync(default);
        await store.AppendAsync(Batch(2, new string('x', 100_000)), default);

        Assert.That(kept.Entries, Has.Count.EqualTo(1));
        await store.DisposeAsync();
        await using var reopened = new SqliteFleetStore(_folder.Current);
        Assert.That((await reopened.LoadAsync(default)).Entries, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task SaveSnapshot_DiskFull_LeavesTheStoreAsItWas()
    {
        await using var store = await FullStoreAsync();

        Assert.That(
            async () => await store.SaveSnapshotAsync(new FleetSnapshot(1, new byte[3_000_000]), default),
            Throws.TypeOf<StoreException>().With.Message.Contains("no room left"));

        store.LimitPages(0);
        Assert.That((await store.ReloadAsync(default)).Entries, Has.Count.EqualTo(1));
        await store.AppendAsync(Batch(2, "two"), default);
        await store.SaveSnapshotAsync(new FleetSnapshot(2, new byte[3_000_000]), default);
        Assert.That((await store.ReloadAsync(default)).Snapshot!.Payload.Length, Is.EqualTo(3_000_000));
    }

    [Test]
    public async Task Append_MuchWithoutPause_StartsTheWriteAheadLogOver()
    {
        await using var store = new SqliteFleetStore(_folder.Next());
        await store.LoadAsync(default);
        var random = new Random(3);
        var payload = new byte[400_000];
        string? last = null;
        var logs = 0;

        // A machine with no time for checkpoints makes this longer, not wrong.
        for (var sequence = 1; sequence <= 2_000 && logs < 3; sequence++)
        {
            random.NextBytes(payload);
            await store.AppendAsync(new JournalBatch([new JournalEntry(sequence, payload)], []), default);
            var salt = SaltOfLog();
            logs += salt == last ? 0 : 1;
            last = salt;
        }

        Assert.That(logs, Is.EqualTo(3));
    }

    // Drawn anew each time the log starts over.
    private string SaltOfLog()
    {
        using var log = new FileStream(_folder.Current + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[24];
        log.ReadExactly(header);
        return Convert.ToHexString(header.AsSpan(16));
    }

    private async Task<SqliteFleetStore> FullStoreAsync()
    {
        var store = new SqliteFleetStore(_folder.Next());
        await store.LoadAsync(default);
        await store.AppendAsync(Batch(1, "one") with { Archived = [new ArchivedServer(new InstanceId("a"), "x"u8.ToArray())] }, default);
        store.LimitPages(1);
        return store;
    }

    private static byte[] Filled(byte value, int size)
    {
        var payload = new byte[size];
        payload.AsSpan().Fill(value);
        return payload;
    }

    private static JournalBatch Batch(long sequence, string text) => new([new JournalEntry(sequence, Encoding.UTF8.GetBytes(text))], []);
}
