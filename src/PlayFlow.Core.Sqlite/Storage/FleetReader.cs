using System.Globalization;
using Microsoft.Data.Sqlite;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>Reads a whole fleet: the snapshot and the journal after it.</summary>
internal static class FleetReader
{
    /// <exception cref="StoreException">Something that was kept is missing.</exception>
    public static StoredFleet Read(SqliteConnection connection, string path)
    {
        var snapshot = ReadSnapshot(connection, path);
        var after = snapshot?.Sequence ?? 0;
        var entries = new List<JournalEntry>();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, entries, payload FROM journal WHERE sequence + entries - 1 > @after ORDER BY sequence";
        command.Parameters.AddWithValue("@after", after);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var (first, expected) = (rows.GetInt64(0), after + entries.Count + 1);
            if (first > expected || (entries.Count > 0 && first < expected))
            {
                throw Failures.Damaged(path, string.Create(CultureInfo.InvariantCulture, $"entry {expected} of the journal is missing"));
            }

            if (!JournalRow.TryRead(first, rows.GetInt64(1), rows.GetFieldValue<byte[]>(2), after, entries))
            {
                throw Failures.Damaged(path, string.Create(CultureInfo.InvariantCulture, $"entry {expected} of the journal, or one soon after it, cannot be read"));
            }
        }

        return new StoredFleet(snapshot, entries);
    }

    private static FleetSnapshot? ReadSnapshot(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT snapshot.sequence, snapshot.size, part.payload
            FROM snapshot LEFT JOIN snapshot_part AS part ON part.generation = snapshot.generation
            ORDER BY part.part
            """;
        using var rows = command.ExecuteReader();
        if (!rows.Read())
        {
            return null;
        }

        var sequence = rows.GetInt64(0);
        var payload = new byte[rows.GetInt64(1)];
        var filled = 0;
        do
        {
            var part = rows.IsDBNull(2) ? [] : rows.GetFieldValue<byte[]>(2);
            if (part.Length > payload.Length - filled)
            {
                throw Failures.Damaged(path, "the snapshot is longer than it was");
            }

            part.CopyTo(payload.AsSpan(filled));
            filled += part.Length;
        }
        while (rows.Read());

        return filled == payload.Length
            ? new FleetSnapshot(sequence, payload)
            : throw Failures.Damaged(path, "a part of the snapshot is missing");
    }
}
