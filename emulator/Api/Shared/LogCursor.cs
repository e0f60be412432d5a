using System.Globalization;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Where reading a log begins: after a line, or after a time. A line's cursor is itself a time, with its sequence number in
/// fractional digits that no clock has; so it goes back into the same parameter, and clients that only know times can read it.
/// </summary>
/// <param name="AfterSequence">The line it comes after, or 0.</param>
/// <param name="After">The time it comes after, or null.</param>
internal readonly record struct LogCursor(long AfterSequence, DateTimeOffset? After)
{
    private const int TickDigits = 7;
    private const int SequenceDigits = 19;
    private const string ToSeconds = "yyyy-MM-ddTHH:mm:ss";

    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", ToSeconds];

    /// <summary>The beginning.</summary>
    public static LogCursor Start { get; } = new(0, null);

    /// <summary>The cursor that comes after a line.</summary>
    public static string Of(LogRecord line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{line.Timestamp.UtcDateTime.ToString(ToSeconds + ".fffffff", CultureInfo.InvariantCulture)}{line.Sequence:D19}Z");

    /// <summary>Reads a cursor, an ISO 8601 time, or a time relative to now like <c>-30m</c>.</summary>
    /// <param name="path">Where the text stands.</param>
    /// <param name="text">The text, or null for the beginning.</param>
    /// <param name="now">The present.</param>
    /// <param name="violations">Takes what is wrong.</param>
    public static LogCursor Read(FieldPath path, string? text, DateTimeOffset now, ViolationList violations)
    {
        if (text is null)
        {
            return Start;
        }

        if ((Relative(text, now) ?? Absolute(text)) is { } cursor)
        {
            return cursor;
        }

        violations.Add(Violation.BadFormat(path, "Invalid datetime"));
        return Start;
    }

    private static LogCursor? Relative(string text, DateTimeOffset now)
    {
        if (text.Length < 3 || text[0] != '-' || UnitOf(text[^1]) is not { } unit
            || !long.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        // Longer ago than there is time: everything.
        return count > now.Ticks / unit.Ticks ? Start : new LogCursor(0, now - TimeSpan.FromTicks(count * unit.Ticks));
    }

    private static TimeSpan? UnitOf(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };

    private static LogCursor? Absolute(string text)
    {
        // A plus sign that was not escaped arrives as a space.
        var (stem, zone) = SplitZone(text.Replace(' ', '+'));
        if (OffsetOf(zone) is not { } offset)
        {
            return null;
        }

        var dot = stem.IndexOf('.', StringComparison.Ordinal);
        var fraction = dot < 0 ? string.Empty : stem[(dot + 1)..];
        if (dot == stem.Length - 1 || fraction.AsSpan().ContainsAnyExceptInRange('0', '9')
            || (dot >= 0 && dot != ToSeconds.Length)
            || !DateTime.TryParseExact(
                dot < 0 ? stem : stem[..dot], Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var second))
        {
            return null;
        }

        if (fraction.Length == TickDigits + SequenceDigits)
        {
            return long.TryParse(fraction.AsSpan(TickDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                ? new LogCursor(sequence, null)
                : null;
        }

        // Lines show their time to the millisecond, so that is what later means: at least in the next one.
        var milliseconds = int.Parse(fraction.PadRight(3, '0').AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var ticks = second.Ticks - offset.Ticks + (milliseconds * TimeSpan.TicksPerMillisecond) + TimeSpan.TicksPerMillisecond - 1;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : new LogCursor(0, new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private static (string Stem, string Zone) SplitZone(string text)
    {
        var time = text.IndexOf('T', StringComparison.Ordinal);
        var zone = time < 0 ? -1 : text.AsSpan(time).IndexOfAny('Z', '+', '-');
        return zone < 0 ? (text, string.Empty) : (text[..(time + zone)], text[(time + zone)..]);
    }

    private static TimeSpan? OffsetOf(string zone)
    {
        if (zone is "" or "Z")
        {
            return TimeSpan.Zero;
        }

        return TimeSpan.TryParseExact(zone.AsSpan(1), ["hh\\:mm", "hhmm", "hh"], CultureInfo.InvariantCulture, out var offset)
            ? (zone[0] == '-' ? -offset : offset)
            : null;
    }
}
