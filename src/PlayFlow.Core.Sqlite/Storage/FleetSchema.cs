using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>
/// The tables of a fleet. A snapshot lies in parts under a generation number, so that one of many megabytes is written piece
/// by piece between commits; the row in <c>snapshot</c> says which generation counts.
/// </summary>
internal static class FleetSchema
{
    public static Schema Instance { get; } = new("fleet database", 0x50466c74, [Version1, Version2]);

    private const string Version1 = """
        CREATE TABLE journal (
            sequence INTEGER PRIMARY KEY,
            payload BLOB NOT NULL
        ) STRICT;
        CREATE TABLE snapshot (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sequence INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            size INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE snapshot_part (
            generation INTEGER NOT NULL,
            part INTEGER NOT NULL,
            payload BLOB NOT NULL,
            PRIMARY KEY (generation, part)
        ) STRICT;
        CREATE TABLE archive (
            id TEXT NOT NULL PRIMARY KEY,
            payload BLOB NOT NULL
        ) STRICT
        """;

    // A row holds a batch: see JournalRow.
    private const string Version2 = "ALTER TABLE journal ADD COLUMN entries INTEGER NOT NULL DEFAULT 1";
}
