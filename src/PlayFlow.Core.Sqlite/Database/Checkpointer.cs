using Microsoft.Data.Sqlite;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// Moves what was committed from the write-ahead log into the database, beside the writer and not in its commits, as SQLite
/// would of itself. A log that keeps growing under load that never pauses is finished with the writer held for a moment.
/// </summary>
internal sealed class Checkpointer : IAsyncDisposable
{
    // Of 4 KiB each: every MiB, and no more than about 16 MiB unfinished. A commit that meets a checkpoint at the disk waits until
    // its pages are through: few at a time are no wait to speak of, and as little work in all as many at once.
    private const int PagesBetween = 250;
    private const int PagesTooMany = 4_000;

    private readonly Func<SqliteConnection> _open;
    private readonly Lock _gate;
    private readonly DiskThread _thread = new("PlayFlow checkpoints");
    private SqliteConnection? _connection;
    private int _pagesSeen;
    private volatile bool _isDue;

    public Checkpointer(Func<SqliteConnection> open, Lock gate)
    {
        _open = open;
        _gate = gate;
    }

    /// <summary>Tells how many pages the writer has written to the log since it was opened. The gate is held.</summary>
    public void Committed(int pages)
    {
        if (pages - _pagesSeen >= PagesBetween && !_isDue)
        {
            _pagesSeen = pages;
            _isDue = true;
            _ = _thread.RunAsync(Checkpoint);
        }
    }

    /// <summary>Waits for a checkpoint on its way; the gate is not held.</summary>
    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        _connection?.Dispose();
    }

    private void Checkpoint()
    {
        _isDue = false;
        try
        {
            _connection ??= _open();
            if (PagesInLog("PRAGMA wal_checkpoint(PASSIVE)") > PagesTooMany)
            {
                // What was written meanwhile is moved beside the writer, too, so that holding it is over soon.
                PagesInLog("PRAGMA wal_checkpoint(PASSIVE)");
                lock (_gate)
                {
                    // Waits for readers of the log that began before; those that begin now read the database alone.
                    _connection.Number("PRAGMA busy_timeout = 200");
                    PagesInLog("PRAGMA wal_checkpoint(RESTART)");
                }
            }
        }
        catch (SqliteException)
        {
            // Nothing is lost: the log keeps it all, the next round tries again, and if the disk is at fault then the
            // writer's next commit says so to someone who can act on it.
            _connection?.Dispose();
            _connection = null;
        }
    }

    private long PagesInLog(string sql)
    {
        using var command = _connection!.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt64(1) : 0;
    }
}
