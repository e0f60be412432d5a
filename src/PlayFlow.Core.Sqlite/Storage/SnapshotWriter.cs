using Microsoft.Data.Sqlite;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>
/// Saves one snapshot in steps that are each over quickly, so that commits go on in between: first the removal of what no
/// longer counts, then its parts, then the one row that makes it count, then the removal of what it replaced. Left half-way,
/// the snapshot before it still counts.
/// </summary>
internal sealed class SnapshotWriter(FleetSnapshot snapshot)
{
    private const int PartSize = 512 * 1024;
    private const int EntriesRemovedAtOnce = 5_000;

    private long _generation;
    private int _part;

    public long Sequence => snapshot.Sequence;

    public bool IsPublished { get; private set; }

    public bool IsDone { get; private set; }

    private int Parts => (snapshot.Payload.Length + PartSize - 1) / PartSize;

    /// <summary>Takes the next step in a transaction of its own.</summary>
    public void Step(WriteConnection writer)
    {
        if (_generation == 0 || IsPublished)
        {
            StepOfRemoval(writer);
        }
        else if (_part < Parts)
        {
            writer.Transact((this, writer.Connection), static of => of.Item1.WritePart(of.Connection));
            _part++;
        }
        else
        {
            writer.Transact((this, writer.Connection), static of => of.Item1.Publish(of.Connection));
            IsPublished = true;
        }
    }

    private void StepOfRemoval(WriteConnection writer)
    {
        var removed = 0;
        writer.Transact(writer.Connection, connection => removed = RemoveSome(connection));
        if (removed == 0)
        {
            IsDone = IsPublished;
            _generation = writer.Connection.Number("SELECT COALESCE(MAX(generation), 0) + 1 FROM snapshot");
        }
    }

    private void WritePart(SqliteConnection connection)
    {
        var start = _part * PartSize;
        using var insert = new Statement(connection, "INSERT INTO snapshot_part (generation, part, payload) VALUES (?, ?, ?)");
        insert.With(0, _generation).With(1, _part).With(2, snapshot.Payload.Span[start..Math.Min(start + PartSize, snapshot.Payload.Length)]).Run();
    }

    private void Publish(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO snapshot (id, sequence, generation, size) VALUES (1, @sequence, @generation, @size)
            ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, generation = excluded.generation, size = excluded.size
            """;
        command.Parameters.AddWithValue("@sequence", snapshot.Sequence);
        command.Parameters.AddWithValue("@generation", _generation);
        command.Parameters.AddWithValue("@size", snapshot.Payload.Length);
        command.ExecuteNonQuery();
    }

    /// <summary>Removes a part and some entries that no longer count; gives how many rows that were.</summary>
    private static int RemoveSome(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            DELETE FROM snapshot_part WHERE rowid IN (
                SELECT rowid FROM snapshot_part
                WHERE generation <> (SELECT COALESCE(MAX(generation), 0) FROM snapshot)
                LIMIT 1)
            """;
        var parts = command.ExecuteNonQuery();
        command.CommandText = """
            DELETE FROM journal
            WHERE sequence + entries - 1 <= (SELECT sequence FROM snapshot)
            AND sequence < (SELECT MIN(sequence) FROM journal) + @count
            """;
        command.Parameters.AddWithValue("@count", EntriesRemovedAtOnce);
        return parts + command.ExecuteNonQuery();
    }
}
