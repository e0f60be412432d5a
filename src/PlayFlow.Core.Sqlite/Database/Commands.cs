using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>Short forms for the few things done with commands.</summary>
internal static class Commands
{
    /// <summary>A command to be run many times; parameters are set by place, in the order given here.</summary>
    public static SqliteCommand Prepared(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, SqliteType Type)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, type) in parameters)
        {
            command.Parameters.Add(name, type);
        }

        command.Prepare();
        return command;
    }

    public static SqliteCommand With(this SqliteCommand command, int parameter, object? value)
    {
        command.Parameters[parameter].Value = value ?? DBNull.Value;
        return command;
    }

    public static void Run(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Number(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
