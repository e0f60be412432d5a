using Microsoft.Data.Sqlite;
using PlayFlow.Core.Storage;
using SQLitePCL;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>Says what SQLite's errors mean for the person who runs the store.</summary>
internal static class Failures
{
    public static StoreException Explain(SqliteException exception, string path) =>
        new($"{Sentence(exception, path)} (SQLite {exception.SqliteExtendedErrorCode}.)", exception);

    public static StoreException Damaged(string path, string what) =>
        new($"'{path}' is damaged: {what}. Put a copy of it back, or move it away to start anew.");

    private static string Sentence(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => $"There is no room left for '{path}'. Free some space on its disk.",
        raw.SQLITE_CORRUPT => $"'{path}' is damaged. Put a copy of it back, or move it away to start anew.",
        raw.SQLITE_NOTADB => $"'{path}' is damaged or is no database. Put a copy of it back, or move it away to start anew.",
        raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
            $"'{path}' cannot be opened for writing. Check its permissions and those of its folder.",
        raw.SQLITE_IOERR => $"'{path}' cannot be read or written. Check its disk.",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL =>
            $"'{path}' is held by another program. Close what has it open.",
        raw.SQLITE_NOMEM => $"There is not enough memory to work on '{path}'.",
        raw.SQLITE_TOOBIG => $"What is to be kept in '{path}' is larger than a database can hold.",
        _ => $"'{path}' cannot be used: {exception.Message}",
    };
}
