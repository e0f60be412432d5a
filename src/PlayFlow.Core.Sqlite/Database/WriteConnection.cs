using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>The one connection that writes a database. Not safe to use from two threads at once.</summary>
internal sealed class WriteConnection : IDisposable
{
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollBack;

    public WriteConnection(SqliteConnection connection)
    {
        Connection = connection;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _rollBack = new Statement(connection, "ROLLBACK");
    }

    public SqliteConnection Connection { get; }

    /// <summary>How many pages this connection has written to the write-ahead log.</summary>
    public int PagesWritten
    {
        get
        {
            raw.sqlite3_db_status(Connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 0);
            return pages;
        }
    }

    /// <summary>Does the work in one transaction: all of it is kept, or nothing.</summary>
    public void Transact<T>(T argument, Action<T> work)
    {
        _begin.Run();
        try
        {
            work(argument);
            _commit.Run();
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _rollBack.Dispose();
        Connection.Dispose();
    }

    // A full disk or a failed write has ended the transaction already.
    private void RollBack()
    {
        if (raw.sqlite3_get_autocommit(Connection.Handle) == 0)
        {
            _rollBack.Run();
        }
    }
}
