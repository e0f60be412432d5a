using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>Takes the white space out of JSON and leaves everything else as it was written: escapes, digits, repeated names.</summary>
internal static class CompactJson
{
    /// <summary>The text of a value that was parsed.</summary>
    public static string Of(JsonElement element)
    {
        var source = JsonMarshal.GetRawUtf8Value(element);
        var target = new byte[source.Length];
        var length = 0;
        var inString = false;
        for (var i = 0; i < source.Length; i++)
        {
            var letter = source[i];
            if (inString && letter == (byte)'\\')
            {
                target[length++] = letter;
                letter = source[++i];
            }
            else if (letter == (byte)'"')
            {
                inString = !inString;
            }
            else if (!inString && letter is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                continue;
            }

            target[length++] = letter;
        }

        return Encoding.UTF8.GetString(target, 0, length);
    }
}
