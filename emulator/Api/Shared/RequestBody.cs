using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using PlayFlow.Core.Problems;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Reads a JSON body. What it is called does not matter: clients forget the content type, or send a form's by default. No body
/// counts as an empty object. Of a name given twice the last one counts, as in JavaScript.
/// </summary>
internal static class RequestBody
{
    /// <summary>The most bytes a JSON body may have.</summary>
    public const int MaxBytes = 1024 * 1024;

    // Deeper than anybody writes by hand, and far from the end of the stack.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>The body as an object, or why it is none.</summary>
    /// <exception cref="BadHttpRequestException">It is too large, or the connection broke.</exception>
    public static async ValueTask<Result<JsonElement>> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }

        return Parse(await ReadBytesAsync(http));
    }

    private static async ValueTask<byte[]> ReadBytesAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static Result<JsonElement> Parse(byte[] bytes)
    {
        var text = bytes.AsMemory();
        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        if (text.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            text = Nothing;
        }

        if (!Utf8.IsValid(text.Span))
        {
            return NotJson("The body is not valid UTF-8");
        }

        JsonElement root;
        try
        {
            // The document is not disposed: it rents nothing but its index, and its elements live on in the request.
            root = JsonDocument.Parse(text, Options).RootElement;
        }
        catch (JsonException e)
        {
            return NotJson(FormattableString.Invariant(
                $"The body is not valid JSON, or is nested too deeply, at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}"));
        }

        if (!SurrogateEscapes.AreWhole(text.Span))
        {
            return NotJson("The body holds half of a surrogate pair");
        }

        return root.ValueKind is JsonValueKind.Object
            ? root
            : Problem.Invalid([Violation.WrongType(FieldPath.Root, "object", BodyFields.NameOf(root.ValueKind))]);
    }

    private static Problem NotJson(string message) => Problem.Invalid([Violation.OfRule(FieldPath.Root, message)]);

    private static BadHttpRequestException TooLarge() =>
        new("The body is larger than 1 MiB", StatusCodes.Status413PayloadTooLarge);
}
