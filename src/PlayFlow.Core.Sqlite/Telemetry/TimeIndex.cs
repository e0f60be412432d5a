using Microsoft.Data.Sqlite;
using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>Finds the place of a moment among the lines. They grow in time as they grow in sequence, so halving finds it.</summary>
internal sealed class TimeIndex : IDisposable
{
    private readonly SqliteCommand _last;
    private readonly SqliteCommand _next;

    public TimeIndex(SqliteConnection connection)
    {
        _last = connection.Prepared("SELECT sequence, ticks FROM line ORDER BY sequence DESC LIMIT 1");
        _next = connection.Prepared(
            "SELECT sequence, ticks FROM line WHERE sequence >= @from ORDER BY sequence LIMIT 1",
            ("@from", SqliteType.Integer));
    }

    /// <summary>The last line of all, or null.</summary>
    public (long Sequence, long Ticks)? Last() => Row(_last);

    /// <summary>A sequence that no line taken in by then is above, and all lines taken in later are.</summary>
    public long LastUntil(DateTimeOffset moment)
    {
        if (Last() is not { } last || last.Ticks <= moment.UtcTicks)
        {
            return long.MaxValue;
        }

        var (low, high) = (Row(_next.With(0, long.MinValue))!.Value.Sequence, last.Sequence);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var line = Row(_next.With(0, middle))!.Value;
            if (line.Ticks > moment.UtcTicks)
            {
                high = middle;
            }
            else
            {
                low = line.Sequence + 1;
            }
        }

        return low - 1;
    }

    public void Dispose()
    {
        _last.Dispose();
        _next.Dispose();
    }

    private static (long Sequence, long Ticks)? Row(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1)) : null;
    }
}
