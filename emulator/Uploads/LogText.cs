using System.Globalization;
using System.Text;

namespace PlayFlow.Emulator.Uploads;

/// <summary>Words for a build's log.</summary>
internal static class LogText
{
    private const int LongestName = 160;

    /// <summary>Bytes as people read them, in powers of ten: <c>312.4 MB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>A count with its noun.</summary>
    public static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>A name out of an archive, in quotes: nothing in it can break the line or reach a terminal.</summary>
    public static string Quote(string name)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in name.EnumerateRunes())
        {
            if (text.Length > LongestName)
            {
                text.Append('…');
                break;
            }

            text.Append(IsPlain(rune) ? rune.ToString() : "?");
        }

        return text.Append('"').ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or
        UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
