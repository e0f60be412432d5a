using System.Globalization;
using Microsoft.Data.Sqlite;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// A database file in write-ahead mode, held by this process alone: one connection writes, others read beside it and a
/// checkpointer moves what was written from the log into the file.
/// </summary>
internal sealed class DatabaseFile : IAsyncDisposable
{
    private readonly Schema _schema;
    private readonly Durability _durability;
    private readonly FileLock _lock;
    private Checkpointer? _checkpointer;
    private WriteConnection? _writer;
    private long _maxPages;

    private DatabaseFile(string path, Schema schema, Durability durability, FileLock held)
    {
        Path = path;
        _schema = schema;
        _durability = durability;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Held by whoever uses <see cref="Writer"/>.</summary>
    public Lock Gate { get; } = new();

    public WriteConnection Writer => _writer ?? throw new StoreException($"'{Path}' is closed after a failure.");

    /// <exception cref="StoreException">It cannot be opened, is damaged, of a newer version, or held by another process.</exception>
    public static async ValueTask<DatabaseFile> OpenAsync(string path, Schema schema, Durability durability)
    {
        var fullPath = System.IO.Path.GetFullPath(path);
        var file = new DatabaseFile(fullPath, schema, durability, FileLock.Acquire(fullPath));
        try
        {
            file.Connect();
            return file;
        }
        catch (SqliteException exception)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw Failures.Explain(exception, fullPath);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes the connections that write and opens them anew; the lock stays.</summary>
    /// <exception cref="StoreException">They cannot be opened; the file is closed until another call succeeds.</exception>
    public async ValueTask ReconnectAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        try
        {
            lock (Gate)
            {
                Connect();
            }
        }
        catch (SqliteException exception)
        {
            throw Failures.Explain(exception, Path);
        }
    }

    public SqliteConnection OpenReader()
    {
        var connection = Open();
        try
        {
            connection.Run("PRAGMA query_only = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Tells that transactions were committed, so that the write-ahead log is emptied in time. The gate is held.</summary>
    public void Committed() => _checkpointer?.Committed(Writer.PagesWritten);

    /// <summary>Makes the database full at so many pages, as a full disk would; 0 lifts the limit.</summary>
    internal void LimitPages(long pages)
    {
        lock (Gate)
        {
            _maxPages = pages;
            ApplyLimit();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    private void Connect()
    {
        var connection = Open();
        try
        {
            // Waits out another program that looks into the file and holds it for a moment.
            connection.Run("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -8000");
            Migrator.Migrate(connection, _schema, Path);
            _writer = new WriteConnection(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        ApplyLimit();
        _checkpointer = new Checkpointer(Open, Gate);
    }

    private async ValueTask DisconnectAsync()
    {
        if (_checkpointer is { } checkpointer)
        {
            await checkpointer.DisposeAsync().ConfigureAwait(false);
        }

        lock (Gate)
        {
            _checkpointer = null;
            _writer?.Dispose();
            _writer = null;
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ConnectionString);
        try
        {
            connection.Open();
            connection.Run(_durability is Durability.Machine ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            connection.Run("PRAGMA temp_store = MEMORY");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void ApplyLimit()
    {
        var pages = _maxPages == 0 ? uint.MaxValue - 1L : _maxPages;
        Writer.Connection.Number(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));
    }
}
