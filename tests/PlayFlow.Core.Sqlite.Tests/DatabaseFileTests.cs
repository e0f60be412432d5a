using Microsoft.Data.Sqlite;
using NUnit.Framework;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Tests;

/// <summary>What a person meets when a file is not as it should be: one sentence that says what to do.</summary>
public sealed class DatabaseFileTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Load_WrittenByANewerVersion_IsRefused()
    {
        await MakeFleetAsync();
        Execute("PRAGMA user_version = 99");

        Refuses("newer version (format 99; this one knows 2)");
    }

    [Test]
    public async Task Load_LogDatabaseAsFleet_IsRefused()
    {
        await using (var logs = new SqliteLogStore(_folder.Next()))
        {
            await logs.OpenAsync(default);
        }

        Refuses("is not a fleet database");
    }

    [Test]
    public void Load_DatabaseOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        _folder.Next();
        Execute("CREATE TABLE precious (id INTEGER); INSERT INTO precious VALUES (1)");

        Refuses("is not a fleet database");

        Assert.That(() => Execute("INSERT INTO precious VALUES (2)"), Throws.Nothing);
    }

    [Test]
    public void Load_FileThatIsNoDatabase_IsRefused()
    {
        File.WriteAllText(_folder.Next(), new string('x', 10_000));

        Refuses("is damaged or is no database");
    }

    [Test]
    public async Task Load_DamagedPages_IsRefused()
    {
        await MakeFleetAsync();
        await using (var file = new FileStream(_folder.Current, FileMode.Open))
        {
            file.Position = 4096;
            file.Write(new byte[file.Length - 4096]);
        }

        Refuses("is damaged");
    }

    [Test]
    public async Task Load_EntryMissing_IsRefused()
    {
        await MakeFleetAsync();
        Execute("DELETE FROM journal WHERE sequence = 3");

        Refuses("entry 3 of the journal is missing");
    }

    [TestCase("x'ffffff7f41'")]
    [TestCase("x'ffffffff41'")]
    [TestCase("x'010000004101000000'")]
    [TestCase("x'010000004101000000424242'")]
    [TestCase("x''")]
    public async Task Load_BatchThatIsNotWhatWasWritten_IsRefused(string payload)
    {
        await MakeFleetAsync();
        Execute($"UPDATE journal SET payload = {payload} WHERE sequence = 1");

        Refuses("entry 1 of the journal, or one soon after it, cannot be read");
    }

    [Test]
    public async Task Load_PartOfTheSnapshotMissing_IsRefused()
    {
        await MakeFleetAsync();
        Execute("INSERT INTO snapshot VALUES (1, 1, 1, 100)");

        Refuses("a part of the snapshot is missing");
    }

    [Test]
    public async Task Load_HeldByAnotherStore_IsRefused()
    {
        await using var holder = new SqliteFleetStore(_folder.Next());
        await holder.LoadAsync(default);

        Refuses("in use by another process");
    }

    [Test]
    public void Load_FolderThatCannotBe_IsRefused()
    {
        File.WriteAllText(_folder.File("a file"), "");

        Refuses("cannot be written", Path.Combine(_folder.Path, "a file", "fleet.db"));
    }

    [Test]
    public void Load_FolderInPlaceOfTheFile_IsRefused()
    {
        Directory.CreateDirectory(_folder.Next());

        Refuses("cannot be opened for writing");
    }

    [Test]
    public async Task Load_AfterARefusal_WorksOnceTheCauseIsGone()
    {
        File.WriteAllText(_folder.Next(), new string('x', 10_000));
        await using var store = new SqliteFleetStore(_folder.Current);
        Assert.That(async () => await store.LoadAsync(default), Throws.TypeOf<StoreException>());
        File.Delete(_folder.Current);

        Assert.That((await store.LoadAsync(default)).Entries, Is.Empty);
    }

    [Test]
    public async Task Dispose_Store_LeavesOneFileAndItsLock()
    {
        await MakeFleetAsync();

        Assert.That(
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { Path.GetFileName(_folder.Current), Path.GetFileName(_folder.Current) + ".lock" }));
    }

    private async Task MakeFleetAsync()
    {
        await using var store = new SqliteFleetStore(_folder.Next());
        await store.LoadAsync(default);
        foreach (var batch in new[] { new[] { 1, 2 }, [3], [4] })
        {
            await store.AppendAsync(new JournalBatch([.. batch.Select(sequence => new JournalEntry(sequence, new byte[3_000]))], []), default);
        }
    }

    private void Refuses(string sentence, string? path = null) =>
        Assert.That(
            async () =>
            {
                await using var store = new SqliteFleetStore(path ?? _folder.Current);
                await store.LoadAsync(default);
            },
            Throws.TypeOf<StoreException>().With.Message.Contains(sentence).And.Message.Contains(path ?? _folder.Current));

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Current};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
