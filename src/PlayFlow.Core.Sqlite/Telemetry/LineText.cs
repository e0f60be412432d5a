using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>
/// How a line's text is kept: as text, which anyone can read in the database; or, where UTF-8 text would not give it back
/// exactly (zeros, halves of surrogate pairs), as its UTF-16 units.
/// </summary>
internal static class LineText
{
    public static Statement WithLine(this Statement statement, int place, string text) =>
        IsExactAsText(text) ? statement.With(place, text) : statement.With(place, MemoryMarshal.AsBytes(text.AsSpan()));

    public static string FromColumn(SqliteDataReader row, int column) =>
        row.GetFieldType(column) == typeof(string)
            ? row.GetString(column)
            : new string(MemoryMarshal.Cast<byte, char>(row.GetFieldValue<byte[]>(column)));

    private static bool IsExactAsText(string text)
    {
        if (text.Contains('\0'))
        {
            return false;
        }

        for (var i = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
