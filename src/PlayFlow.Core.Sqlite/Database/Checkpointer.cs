using Microsoft.Data.Sqlite;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// Moves what was committed from the write-ahead log into the database, beside the writer and not in its commits, as SQLite
/// would of itself. A log that keeps growing under load that never pauses is finished with the writer held for a moment.
/// </summary>
internal sealed class Checkpointer : IAsyncDisposable
{
    private const long BytesBetween = 4 * 1024 * 1024;
    private const long FramesTooMany = 16 * 1024 * 1024 / 4096;

    private readonly Func<SqliteConnection> _open;
    private readonly Lock _gate;
    private readonly SemaphoreSlim _due = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private SqliteConnection? _connection;
    private long _written;

    public Checkpointer(Func<SqliteConnection> open, Lock gate)
    {
        _open = open;
        _gate = gate;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Counts what a transaction wrote. The gate is held.</summary>
    public void Wrote(long bytes)
    {
        _written += bytes;
        if (_written >= BytesBetween)
        {
            _written = 0;
            _due.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _connection?.Dispose();
        _due.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await _due.WaitAsync(_stop.Token).ConfigureAwait(false);
                Checkpoint();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }

    private void Checkpoint()
    {
        try
        {
            _connection ??= _open();
            if (Frames("PRAGMA wal_checkpoint(PASSIVE)") > FramesTooMany)
            {
                lock (_gate)
                {
                    // Waits for readers of the log that began before; those that begin now read the database alone.
                    _connection.Number("PRAGMA busy_timeout = 200");
                    Frames("PRAGMA wal_checkpoint(RESTART)");
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

    private long Frames(string sql)
    {
        using var command = _connection!.CreateCommand();
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        return row.Read() ? row.GetInt64(1) : 0;
    }
}
