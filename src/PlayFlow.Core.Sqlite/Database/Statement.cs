using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// A statement that writes, run once for each row. A command would cost as much again as SQLite itself: a box for each value, its
/// parameter found by name, a reader for rows that never come. Parameters are set by place, from 0, as a command's are here. Belongs to
/// one thread at a time.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int BytesOnStack = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">It is none.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public Statement With(int place, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, place + 1, value));
        return this;
    }

    public Statement With(int place, long? value) => value is { } number ? With(place, number) : WithNull(place);

    public Statement With(int place, ReadOnlySpan<byte> blob)
    {
        // An empty span has no address, which SQLite takes for null.
        Check(blob.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, place + 1, 0) : raw.sqlite3_bind_blob(_statement, place + 1, blob));
        return this;
    }

    public Statement With(int place, string? text)
    {
        if (text is null)
        {
            return WithNull(place);
        }

        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > BytesOnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[BytesOnStack];
        Check(raw.sqlite3_bind_text(_statement, place + 1, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    /// <summary>Runs it with what was set, which stays set.</summary>
    /// <returns>How many rows it has written or deleted; of any use for a statement that does either.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run()
    {
        raw.sqlite3_step(_statement);

        // Says what the step came to, too.
        Check(raw.sqlite3_reset(_statement));
        return raw.sqlite3_changes(_database);
    }

    public void Dispose() => _statement.Dispose();

    private Statement WithNull(int place)
    {
        Check(raw.sqlite3_bind_null(_statement, place + 1));
        return this;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
