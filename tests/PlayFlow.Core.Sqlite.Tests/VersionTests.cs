using System.Text;
using Microsoft.Data.Sqlite;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Sqlite.Storage;
using PlayFlow.Core.Sqlite.Telemetry;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Tests;

/// <summary>
/// Databases as each earlier version left them, written out here so that no change of the library changes them: every one
/// still opens. A new migration brings a new case.
/// </summary>
public sealed class VersionTests
{
    private const string Fleet1 = """
        CREATE TABLE journal (sequence INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
        CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, generation INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;
        CREATE TABLE snapshot_part (generation INTEGER NOT NULL, part INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (generation, part)) STRICT;
        CREATE TABLE archive (id TEXT NOT NULL PRIMARY KEY, payload BLOB NOT NULL) STRICT;
        INSERT INTO journal VALUES (5, x'3535');
        INSERT INTO snapshot VALUES (1, 4, 2, 3);
        INSERT INTO snapshot_part VALUES (1, 0, x'6f6c64'), (2, 0, x'6e65'), (2, 1, x'77');
        INSERT INTO archive VALUES ('gone', x'6279');
        PRAGMA application_id = 1346792564;
        PRAGMA user_version = 1
        """;

    private const string Fleet2 = """
        CREATE TABLE journal (sequence INTEGER PRIMARY KEY, payload BLOB NOT NULL, entries INTEGER NOT NULL DEFAULT 1) STRICT;
        CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, generation INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;
        CREATE TABLE snapshot_part (generation INTEGER NOT NULL, part INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (generation, part)) STRICT;
        CREATE TABLE archive (id TEXT NOT NULL PRIMARY KEY, payload BLOB NOT NULL) STRICT;
        INSERT INTO journal VALUES (2, x'3232', 1), (3, x'010000003300000000020000003535', 3);
        INSERT INTO snapshot VALUES (1, 4, 2, 3);
        INSERT INTO snapshot_part VALUES (1, 0, x'6f6c64'), (2, 0, x'6e65'), (2, 1, x'77');
        INSERT INTO archive VALUES ('gone', x'6279');
        PRAGMA application_id = 1346792564;
        PRAGMA user_version = 2
        """;

    private const string Logs1 = """
        CREATE TABLE project (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE source (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, project INTEGER NOT NULL, lines INTEGER NOT NULL, bytes INTEGER NOT NULL, UNIQUE (name, kind)) STRICT;
        CREATE TABLE line (sequence INTEGER PRIMARY KEY, source INTEGER NOT NULL, server_project INTEGER, ticks INTEGER NOT NULL, level TEXT NOT NULL, instance TEXT, launch INTEGER, position INTEGER NOT NULL, size INTEGER NOT NULL, text ANY NOT NULL) STRICT;
        CREATE INDEX line_by_source ON line (source);
        CREATE INDEX line_by_project ON line (server_project) WHERE server_project IS NOT NULL;
        CREATE TABLE position (instance TEXT NOT NULL, launch INTEGER NOT NULL, level TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (instance, launch, level)) STRICT, WITHOUT ROWID;
        INSERT INTO project VALUES (3, 'project');
        INSERT INTO source VALUES (7, 'server', 'a', 3, 2, 6);
        INSERT INTO line VALUES (11, 7, 3, 639000000000000000, 'error', NULL, 2, 40, 4, 'hi'), (12, 7, 3, 639000000000000000, 'info', NULL, NULL, 0, 2, x'3dd8');
        INSERT INTO position VALUES ('a', 2, 'error', 40);
        PRAGMA application_id = 1348881511;
        PRAGMA user_version = 1
        """;

    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [TestCase(Fleet1, TestName = "Load_FleetOfVersion1_RemembersAll")]
    [TestCase(Fleet2, TestName = "Load_FleetOfVersion2_RemembersAll")]
    public async Task Load_FleetOfEarlierVersion_RemembersAll(string database)
    {
        Write(database);
        await using var store = new SqliteFleetStore(_folder.Current);

        var fleet = await store.LoadAsync(default);

        var archived = await store.FindArchivedAsync(new InstanceId("gone"), default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fleet.Snapshot!.Sequence, Is.EqualTo(4));
            Assert.That(Encoding.ASCII.GetString(fleet.Snapshot.Payload.Span), Is.EqualTo("new"));
            Assert.That(Encoding.ASCII.GetString(fleet.Entries.Single().Payload.Span), Is.EqualTo("55"));
            Assert.That(Encoding.ASCII.GetString(archived!.Value.Span), Is.EqualTo("by"));
        }
    }

    [TestCase(Logs1, TestName = "Open_LogsOfVersion1_RemembersAll")]
    public async Task Open_LogsOfEarlierVersion_RemembersAll(string database)
    {
        Write(database);
        await using var store = new SqliteLogStore(_folder.Current);

        var state = await store.OpenAsync(default);

        var lines = await store.ReadAsync(new LogQuery { Project = new ProjectId("project"), Limit = 5 }, default);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(state, Is.EqualTo(new LogStoreState(12, new DateTimeOffset(639000000000000000, TimeSpan.Zero))));
            Assert.That(lines.Select(line => line.Text), Is.EqualTo(new[] { "hi", "\ud83d" }));
            Assert.That(lines[0].Compute, Is.EqualTo(new Servers.ComputeId(new("a"), 2)));
            Assert.That(await store.GetPositionAsync(lines[0].Compute!.Value, LogLevel.Error, default), Is.EqualTo(40));
        }
    }

    [Test]
    public void Migrations_OfEachDatabase_HaveACaseHere() =>
        Assert.That(new[] { FleetSchema.Instance, LogSchema.Instance }.Select(schema => schema.Migrations.Count), Is.EqualTo(new[] { 2, 1 }));

    [Test]
    public void Migrate_FromAnyVersion_TakesTheStepsThatAreMissing()
    {
        Schema At(int version) => new("test database", 77, [.. Enumerable.Range(0, version).Select(n => $"CREATE TABLE t{n} (id INTEGER)")]);
        for (var from = 0; from <= 3; from++)
        {
            using var connection = Open(_folder.Next());
            Migrator.Migrate(connection, At(from), _folder.Current);
            Migrator.Migrate(connection, At(3), _folder.Current);

            Assert.That(connection.Number("PRAGMA user_version"), Is.EqualTo(3));
            Assert.That(connection.Number("SELECT COUNT(*) FROM sqlite_schema"), Is.EqualTo(3));
        }
    }

    [Test]
    public void Migrate_StepThatFails_LeavesTheVersionBefore()
    {
        using var connection = Open(_folder.Next());
        var schema = new Schema("test database", 77, ["CREATE TABLE a (id INTEGER)", "CREATE TABLE b (id INTEGER); CREATE TABLE a (id INTEGER)"]);

        Assert.That(() => Migrator.Migrate(connection, schema, _folder.Current), Throws.TypeOf<SqliteException>());

        Assert.That(connection.Number("PRAGMA user_version"), Is.EqualTo(1));
        Assert.That(connection.Number("SELECT COUNT(*) FROM sqlite_schema"), Is.EqualTo(1));
    }

    private void Write(string database)
    {
        using var connection = Open(_folder.Next());
        connection.Run(database);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
