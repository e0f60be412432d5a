using System.Globalization;
using System.Text.Json;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>Times as the service writes them: ISO 8601 in UTC with milliseconds.</summary>
internal static class WireTime
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Writes a property, null when there is no time.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } value)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[32];
        value.UtcDateTime.TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }
}
