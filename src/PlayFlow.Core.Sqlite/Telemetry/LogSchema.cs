using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>
/// The tables of the logs. Lines lie in the order of their sequence, which is that of their time, too: a moment is found by
/// halving, without an index of its own. An index of SQLite ends in the row's key, so <c>line_by_source</c> is one over
/// (source, sequence), and <c>line_by_project</c> one over (project, sequence) of servers' lines.
/// </summary>
internal static class LogSchema
{
    public static Schema Instance { get; } = new("log database", 0x50664c67, [Version1]);

    private const string Version1 = """
        CREATE TABLE project (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            project INTEGER NOT NULL,
            lines INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            UNIQUE (name, kind)
        ) STRICT;
        CREATE TABLE line (
            sequence INTEGER PRIMARY KEY,
            source INTEGER NOT NULL,
            server_project INTEGER,
            ticks INTEGER NOT NULL,
            level TEXT NOT NULL,
            instance TEXT,
            launch INTEGER,
            position INTEGER NOT NULL,
            size INTEGER NOT NULL,
            text ANY NOT NULL
        ) STRICT;
        CREATE INDEX line_by_source ON line (source);
        CREATE INDEX line_by_project ON line (server_project) WHERE server_project IS NOT NULL;
        CREATE TABLE position (
            instance TEXT NOT NULL,
            launch INTEGER NOT NULL,
            level TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (instance, launch, level)
        ) STRICT, WITHOUT ROWID
        """;
}
