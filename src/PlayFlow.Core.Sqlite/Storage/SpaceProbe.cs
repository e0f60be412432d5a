using Microsoft.Data.Sqlite;
using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>Finds out by writing whether a database can be written, with some room to spare that is left for the next commits.</summary>
internal static class SpaceProbe
{
    private const int Room = 256 * 1024;

    /// <exception cref="SqliteException">It cannot.</exception>
    public static void Run(WriteConnection writer)
    {
        // Part of a generation that never counts: a snapshot would remove what a crash leaves of it.
        using var insert = writer.Connection.CreateCommand();
        insert.CommandText = "INSERT INTO snapshot_part (generation, part, payload) VALUES (0, 0, zeroblob(@room)) ON CONFLICT DO NOTHING";
        insert.Parameters.AddWithValue("@room", Room);
        writer.Transact(insert, static command => command.ExecuteNonQuery());

        using var delete = writer.Connection.CreateCommand();
        delete.CommandText = "DELETE FROM snapshot_part WHERE generation = 0";
        writer.Transact(delete, static command => command.ExecuteNonQuery());
    }
}
