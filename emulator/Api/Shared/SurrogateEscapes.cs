using System.Buffers.Text;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Finds halves of surrogate pairs written as escapes: JSON by its grammar, yet no text, and many readers fail on them.
/// </summary>
internal static class SurrogateEscapes
{
    /// <summary>True when every escaped surrogate in valid JSON has its other half.</summary>
    public static bool AreWhole(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0;)
        {
            var unit = UnitAt(json, at);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(UnitAt(json, at + 6))))
            {
                return false;
            }

            var next = at + (char.IsHighSurrogate(unit) ? 12 : 2);
            var further = json[next..].IndexOf((byte)'\\');
            at = further < 0 ? -1 : next + further;
        }

        return true;
    }

    private static char UnitAt(ReadOnlySpan<byte> json, int at) =>
        json[at..].StartsWith("\\u"u8)
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out _, 'x')
            ? (char)unit
            : default;
}
