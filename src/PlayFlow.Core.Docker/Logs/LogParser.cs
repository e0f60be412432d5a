using System.Globalization;
using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Docker.Logs;

/// <summary>
/// Makes lines of one stream of what the engine kept of a container's output, with timestamps. Pure but for what of a line it
/// has been given so far.
/// </summary>
/// <remarks>
/// A line's position is its time in nanoseconds since 1970, or one more than that of the line before where the clock did not
/// move on: the same lines read again get the same positions, if reading begins before the lines of one time.
/// The engine cuts what is longer than 16 KiB into parts of one time, with no line end between them; each is a line here.
/// </remarks>
internal sealed class LogParser(LogLevel level)
{
    /// <summary>The longest line, in bytes: where the engine cuts.</summary>
    public const int LongestLine = 16 * 1024;

    // No line of the engine's is longer; what is belongs to no format known and is cut rather than gathered for ever.
    private const int LongestUncut = 1024 * 1024;

    private const int LongestTime = 48;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly List<byte> _rest = [];
    private byte[] _brokenCharacter = [];
    private long _position;

    /// <summary>Takes a stretch of the stream and adds the lines that it completes.</summary>
    public void Parse(ReadOnlySpan<byte> bytes, List<ComputeLogLine> lines)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _rest.AddRange(bytes[..end]);
            bytes = bytes[(end + 1)..];
            TakeParts(lines);
            Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rest), isWhole: true, lines);
            _rest.Clear();
        }

        _rest.AddRange(bytes);
        TakeParts(lines);
    }

    /// <summary>Adds what is left when the stream is over: the end of an output that did not end in a line end.</summary>
    public void Finish(List<ComputeLogLine> lines)
    {
        if (_rest.Count > 0)
        {
            Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rest), isWhole: true, lines);
            _rest.Clear();
        }
    }

    // Nanoseconds, or null when the text is no time.
    internal static long? ParseTime(ReadOnlySpan<byte> text)
    {
        const int seconds = 19; // 2006-01-02T15:04:05
        if (text.Length <= seconds || !System.Text.Ascii.IsValid(text))
        {
            return null;
        }

        long nanoseconds = 0;
        var zone = seconds;
        if (text[seconds] == '.')
        {
            var digit = NanosecondsPerSecond;
            for (zone = seconds + 1; zone < text.Length && char.IsAsciiDigit((char)text[zone]); zone++)
            {
                nanoseconds += (text[zone] - '0') * (digit /= 10);
            }
        }

        var whole = Encoding.ASCII.GetString(text[..seconds]) + Encoding.ASCII.GetString(text[zone..]);
        return DateTimeOffset.TryParse(whole, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time.ToUnixTimeSeconds() * NanosecondsPerSecond) + nanoseconds
            : null;
    }

    private void TakeParts(List<ComputeLogLine> lines)
    {
        while (true)
        {
            var rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rest);
            var time = TimeLength(rest);
            var part = time + 1 + LongestLine;
            if (rest.Length > LongestUncut)
            {
                part = LongestUncut;
            }
            else if (time == 0 || rest.Length < part + time + 1 || !rest[..(time + 1)].SequenceEqual(rest.Slice(part, time + 1)))
            {
                return;
            }

            Add(rest[..part], isWhole: false, lines);
            _rest.RemoveRange(0, part);
        }
    }

    private static int TimeLength(ReadOnlySpan<byte> line)
    {
        var blank = line[..Math.Min(line.Length, LongestTime)].IndexOf((byte)' ');
        return blank > 0 && char.IsAsciiDigit((char)line[0]) ? blank : 0;
    }

    private void Add(ReadOnlySpan<byte> line, bool isWhole, List<ComputeLogLine> lines)
    {
        var length = TimeLength(line);
        var time = length == 0 ? null : ParseTime(line[..length]);
        var text = time is null ? line : line[(length + 1)..];
        _position = Math.Max(time ?? 0, _position + 1);
        lines.Add(new ComputeLogLine(level, Decode(text, isWhole), _position));
    }

    private string Decode(ReadOnlySpan<byte> text, bool isWhole)
    {
        byte[] joined = [.. _brokenCharacter, .. text];
        text = joined;
        _brokenCharacter = [];
        if (isWhole && text is [.., (byte)'\r'])
        {
            text = text[..^1];
        }
        else if (!isWhole)
        {
            var cut = WholeCharacters(text);
            _brokenCharacter = text[cut..].ToArray();
            text = text[..cut];
        }

        var decoded = Encoding.UTF8.GetString(text);
        return decoded.Contains('\0', StringComparison.Ordinal) ? decoded.Replace('\0', '\uFFFD') : decoded;
    }

    // Up to the last byte that begins a character, unless that character is whole, or none begins near.
    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 4 && back <= text.Length; back++)
        {
            var first = text[^back];
            if ((first & 0xC0) != 0x80)
            {
                var needed = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
                return needed > back ? text.Length - back : text.Length;
            }
        }

        return text.Length;
    }
}
