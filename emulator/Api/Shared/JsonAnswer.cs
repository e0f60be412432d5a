using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Answers in JSON: compact, since shell scripts cut values out of it, and of a length announced, so that it goes out in one piece.
/// </summary>
internal static class JsonAnswer
{
    private const string ContentType = "application/json";

    // As little is escaped as JavaScript would: the service's own answers look like that. Nothing of it goes into HTML.
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Answers with what is written.</summary>
    public static Task WriteAsync<T>(HttpContext http, int status, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json, value);
        }

        return WriteAsync(http, status, buffer.WrittenSpan);
    }

    /// <summary>Answers with finished JSON.</summary>
    public static Task WriteAsync(HttpContext http, int status, ReadOnlySpan<byte> json)
    {
        Begin(http, status, json.Length).Write(json);
        return EndAsync(http);
    }

    /// <summary>Begins an answer of a known length, to be written in pieces and ended by <see cref="EndAsync"/>.</summary>
    public static IBufferWriter<byte> Begin(HttpContext http, int status, long length)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = length;
        return response.BodyWriter;
    }

    /// <summary>Sends the answer. HEAD asks for its headers alone, and Kestrel sees to that.</summary>
    public static Task EndAsync(HttpContext http)
    {
        var flushed = http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        return flushed.IsCompletedSuccessfully ? Task.CompletedTask : flushed.AsTask();
    }

    /// <summary>Writes a value to an array of its own.</summary>
    public static byte[] ToBytes<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json, value);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
