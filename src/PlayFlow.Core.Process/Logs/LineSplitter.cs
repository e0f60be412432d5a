using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Logs;

/// <summary>
/// Cuts a stretch of a game's output into lines. Pure. A line ends at a line feed; a carriage return before it goes with it.
/// What is longer than <see cref="LongestLine"/> bytes becomes several lines, cut between characters. Bytes that are no UTF-8
/// become replacement characters, as do null characters, which few readers survive.
/// </summary>
internal static class LineSplitter
{
    /// <summary>The longest line, in bytes.</summary>
    public const int LongestLine = 16 * 1024;

    /// <summary>Adds the lines found and says how many bytes they took; the rest is the beginning of a line not whole yet.</summary>
    /// <param name="bytes">The stretch.</param>
    /// <param name="position">Where it begins in the stream.</param>
    /// <param name="isLast">Whether nothing more will come, so that the rest is a line too.</param>
    /// <param name="level">The level of the lines.</param>
    /// <param name="lines">Takes the lines.</param>
    public static int Split(ReadOnlySpan<byte> bytes, long position, bool isLast, LogLevel level, List<ComputeLogLine> lines)
    {
        var taken = 0;
        while (taken < bytes.Length)
        {
            var rest = bytes[taken..];
            var end = rest.IndexOf((byte)'\n');
            var isWhole = end >= 0 && end <= LongestLine;
            if (!isWhole && rest.Length <= LongestLine && !isLast)
            {
                break;
            }

            var length = isWhole ? end : Math.Min(rest.Length, CutAt(rest));
            taken += isWhole ? length + 1 : length;
            lines.Add(new ComputeLogLine(level, Decode(rest[..length], isWhole), position + taken));
        }

        return taken;
    }

    // Not in the middle of a character: back to a byte that begins one, unless there is none near.
    private static int CutAt(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= LongestLine)
        {
            return rest.Length;
        }

        for (var cut = LongestLine; cut > LongestLine - 4; cut--)
        {
            if ((rest[cut] & 0xC0) != 0x80)
            {
                return cut;
            }
        }

        return LongestLine;
    }

    private static string Decode(ReadOnlySpan<byte> line, bool isWhole)
    {
        if (isWhole && line.Length > 0 && line[^1] == '\r')
        {
            line = line[..^1];
        }

        var text = Encoding.UTF8.GetString(line);
        return text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;
    }
}
