using System.Globalization;
using Microsoft.Data.Sqlite;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>Brings a database to the version this library writes.</summary>
internal static class Migrator
{
    /// <exception cref="StoreException">It is of a newer version, or of another kind.</exception>
    public static void Migrate(SqliteConnection connection, Schema schema, string path)
    {
        var version = connection.Number("PRAGMA user_version");
        var application = connection.Number("PRAGMA application_id");
        var isNew = version == 0 && application == 0 && connection.Number("SELECT COUNT(*) FROM sqlite_schema") == 0;
        if (!isNew && application != schema.ApplicationId)
        {
            throw new StoreException($"'{path}' is not a {schema.Name}. Move it away, or choose another data directory.");
        }

        if (version > schema.Migrations.Count)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"'{path}' was written by a newer version (format {version}; this one knows {schema.Migrations.Count}). Use that version, or choose another data directory."));
        }

        for (var next = (int)version; next < schema.Migrations.Count; next++)
        {
            Step(connection, schema, next);
        }
    }

    private static void Step(SqliteConnection connection, Schema schema, int from)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = string.Create(CultureInfo.InvariantCulture,
            $"{schema.Migrations[from]}; PRAGMA application_id = {schema.ApplicationId}; PRAGMA user_version = {from + 1}");
        command.ExecuteNonQuery();
        transaction.Commit();
    }
}
