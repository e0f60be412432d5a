using System.Buffers;
using System.Globalization;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>Numbers as the service's JavaScript sees them.</summary>
internal static class JsNumber
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly SearchValues<char> Letters = SearchValues.Create("+-.0123456789eE");

    /// <summary>A whole number, or null for a fraction and for infinity. One beyond the range of <see cref="long"/> becomes its end.</summary>
    public static long? ToInteger(double number)
    {
        if (!double.IsFinite(number) || Math.Floor(number) != number)
        {
            return null;
        }

        return number >= long.MaxValue ? long.MaxValue : number <= long.MinValue ? long.MinValue : (long)number;
    }

    /// <summary>What <c>Number(text)</c> makes of a text: white space around it does not count, an empty text is 0.</summary>
    public static double Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
        {
            return 0;
        }

        return trimmed.ContainsAnyExcept(Letters) || !double.TryParse(trimmed, Style, CultureInfo.InvariantCulture, out var number)
            ? double.NaN
            : number;
    }
}
