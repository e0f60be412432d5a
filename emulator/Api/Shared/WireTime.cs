using System.Globalization;
using System.Text.Json;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>Times as the service writes them: ISO 8601 in UTC with milliseconds.</summary>
internal static class WireTime
{
    private const int ToMilliseconds = 23;

    /// <summary>Writes a property, null when there is no time.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } value)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[32];

        // With ticks, and those cut off: a format of its own would be read letter by letter each time.
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[ToMilliseconds] = (byte)'Z';
        json.WriteString(name, text[..(ToMilliseconds + 1)]);
    }
}
