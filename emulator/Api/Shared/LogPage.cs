using System.Text.Json;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The lines of one page of a log: as many as are asked for, unless their text alone would make an answer too large.</summary>
internal static class LogPage
{
    // With the line that crosses it, escaped as badly as can be, an answer stays below the 4 MiB that clients read.
    private const long FullBytes = 3L << 20;

    /// <summary>Writes the property <c>logs</c>.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="lines">The lines, one more than <paramref name="limit"/> if there are more.</param>
    /// <param name="limit">The most lines of the page.</param>
    /// <param name="state">What <paramref name="write"/> is given.</param>
    /// <param name="write">Writes a line's object.</param>
    /// <returns>The cursor of the next page, or null.</returns>
    public static string? Write<T>(
        Utf8JsonWriter json, IReadOnlyList<LogRecord> lines, int limit, T state, Action<Utf8JsonWriter, LogRecord, T> write)
    {
        var written = 0;
        json.WriteStartArray("logs"u8);
        while (written < Math.Min(lines.Count, limit) && json.BytesCommitted + json.BytesPending < FullBytes)
        {
            write(json, lines[written++], state);
        }

        json.WriteEndArray();
        return written < lines.Count ? LogCursor.Of(lines[written - 1]) : null;
    }
}
