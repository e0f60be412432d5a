using System.Collections;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Telemetry;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class SqliteLogStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Append_ProcessEndsRightAfter_IsKept()
    {
        await using var store = new SqliteLogStore(_folder.Next());
        var path = _folder.Current;
        await store.OpenAsync(default);
        for (var sequence = 1; sequence <= 10; sequence++)
        {
            await store.AppendAsync([Line(sequence, $"line {sequence}")], default);

            await using var found = new SqliteLogStore(_folder.CopyAsAfterACrash(path));
            var state = await found.OpenAsync(default);

            Assert.That(state, Is.EqualTo(new LogStoreState(sequence, Start.AddSeconds(sequence))));
            Assert.That(await found.CountAsync(Line(1, "").Source, default), Is.EqualTo(sequence));
            Assert.That(await found.GetPositionAsync(Line(1, "").Compute!.Value, LogLevel.Info, default), Is.EqualTo(sequence * 10));
        }
    }

    [Test]
    public async Task Append_IsWrittenByAThreadOfTheStore_NotTheCallers()
    {
        await using var store = new SqliteLogStore(_folder.Next());
        await store.OpenAsync(default);
        var lines = new WatchedLines(Line(1, "first"));

        await store.AppendAsync(lines, default);

        Assert.That(lines.Readers.Distinct(), Is.EqualTo(new[] { "PlayFlow logs" }));
    }

    [Test]
    public async Task Append_DiskFull_SaysSoAndTakesTheSameLinesLater()
    {
        await using var store = new SqliteLogStore(_folder.Next());
        await store.OpenAsync(default);
        await store.AppendAsync([Line(1, "first")], default);
        store.LimitPages(1);
        LogRecord[] lines = [.. Enumerable.Range(2, 500).Select(sequence => Line(sequence, new string('x', 500)))];

        Assert.That(
            async () => await store.AppendAsync(lines, default),
            Throws.TypeOf<StoreException>().With.Message.Contains("no room left").And.Message.Contains(_folder.Current));
        Assert.That(await store.CountAsync(lines[0].Source, default), Is.EqualTo(1));

        store.LimitPages(0);
        await store.AppendAsync(lines, default);
        Assert.That(await store.CountAsync(lines[0].Source, default), Is.EqualTo(501));
    }

    [Test]
    public async Task Append_PlainText_IsReadableInTheDatabase()
    {
        await using (var store = new SqliteLogStore(_folder.Next()))
        {
            await store.OpenAsync(default);
            await store.AppendAsync([Line(1, "hello é"), Line(2, "zero \0")], default);
        }

        Assert.That(Rows("SELECT typeof(text) || ' ' || text FROM line WHERE sequence = 1"), Is.EqualTo(new[] { "text hello é" }));
        Assert.That(Rows("SELECT typeof(text) FROM line WHERE sequence = 2"), Is.EqualTo(new[] { "blob" }));
    }

    [Test]
    public async Task Append_ManySources_RemembersEachCorrectly()
    {
        await using var store = new SqliteLogStore(_folder.Next(), new LogRetention { MaxLines = 2 });
        await store.OpenAsync(default);
        LogRecord[] Round(int first) =>
            [.. Enumerable.Range(0, 6_000).Select(n => Line(first + n, "x") with { Source = new LogSource(LogSourceKind.Server, $"s{n}") })];

        for (var round = 0; round < 3; round++)
        {
            await store.AppendAsync(Round(1 + (round * 6_000)), default);
        }

        foreach (var n in new[] { 0, 2_999, 5_999 })
        {
            var lines = await store.ReadAsync(new LogQuery { Source = new LogSource(LogSourceKind.Server, $"s{n}"), Limit = 10 }, default);
            Assert.That(lines.Select(line => line.Sequence), Is.EqualTo(new[] { 6_001 + n, 12_001 + n }));
        }
    }

    [Test]
    public async Task Append_SourceOfAnotherProjectAfterReopening_IsRefusedAndNothingIsKept()
    {
        await using (var store = new SqliteLogStore(_folder.Next()))
        {
            await store.OpenAsync(default);
            await store.AppendAsync([Line(1, "kept")], default);
        }

        await using var reopened = new SqliteLogStore(_folder.Current);
        await reopened.OpenAsync(default);
        LogRecord[] lines = [Line(2, "new") with { Source = new LogSource(LogSourceKind.Server, "new") }, Line(3, "x") with { Project = new ProjectId("other") }];

        Assert.That(async () => await reopened.AppendAsync(lines, default), Throws.ArgumentException);
        Assert.That(await reopened.CountAsync(lines[0].Source, default), Is.Zero);

        // What was refused has taken no place: the same source is new again, and the one that was there goes on.
        await reopened.AppendAsync([lines[0], Line(3, "more")], default);
        Assert.That(await reopened.CountAsync(lines[0].Source, default), Is.EqualTo(1));
        Assert.That(await reopened.CountAsync(Line(1, "").Source, default), Is.EqualTo(2));
    }

    [TestCase(LogReader.OfSource, "line USING INDEX line_by_source (source=? AND rowid>? AND rowid<?)")]
    [TestCase(LogReader.OfProject, "line USING INDEX line_by_project (server_project=? AND rowid>? AND rowid<?)")]
    public async Task Read_EveryQuery_FollowsAnIndex(string sql, string search)
    {
        await using (var store = new SqliteLogStore(_folder.Next()))
        {
            await store.OpenAsync(default);
        }

        var plan = Rows("EXPLAIN QUERY PLAN " + sql, column: 3).ToList();

        Assert.That(plan, Has.Some.EqualTo($"SEARCH {search}"));
        Assert.That(plan, Has.None.Contains("SCAN").And.None.Contains("TEMP B-TREE"));
    }

    [Test]
    public async Task Read_LevelOfALaterVersion_IsRefused()
    {
        await using (var store = new SqliteLogStore(_folder.Next()))
        {
            await store.OpenAsync(default);
            await store.AppendAsync([Line(1, "x")], default);
        }

        Assert.That(Rows("UPDATE line SET level = 'shout' RETURNING level"), Has.Exactly(1).Items);
        await using var reopened = new SqliteLogStore(_folder.Current);
        await reopened.OpenAsync(default);

        Assert.That(
            async () => await reopened.ReadAsync(new LogQuery { Source = Line(1, "").Source, Limit = 1 }, default),
            Throws.TypeOf<StoreException>().With.Message.Contains("'shout'"));
    }

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void New_RetentionOfNothing_IsRefused(int lines, int bytes) =>
        Assert.That(
            () => new SqliteLogStore(_folder.Next(), new LogRetention { MaxLines = lines, MaxBytes = bytes }),
            Throws.TypeOf<ArgumentOutOfRangeException>());

    private IEnumerable<string> Rows(string sql, int column = 0)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Current};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in new[] { "@name", "@kind", "@after", "@until", "@limit", "@offset" }.Where(sql.Contains))
        {
            command.Parameters.AddWithValue(name, 1);
        }

        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return row.GetString(column);
        }
    }

    private static LogRecord Line(long sequence, string text) => new()
    {
        Sequence = sequence,
        Timestamp = Start.AddSeconds(sequence),
        Project = new ProjectId("project"),
        Source = new LogSource(LogSourceKind.Server, "a"),
        Level = LogLevel.Info,
        Text = text,
        Compute = new ComputeId(new("a"), 1),
        Position = sequence * 10,
    };

    /// <summary>Lines that note which threads look at them.</summary>
    private sealed class WatchedLines(LogRecord line) : IReadOnlyList<LogRecord>
    {
        public List<string?> Readers { get; } = [];

        public int Count => 1;

        public LogRecord this[int index]
        {
            get
            {
                Readers.Add(Thread.CurrentThread.Name);
                return line;
            }
        }

        public IEnumerator<LogRecord> GetEnumerator()
        {
            Readers.Add(Thread.CurrentThread.Name);
            yield return line;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
