using System.Globalization;
using System.Text;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Hosting.Rejections;

/// <summary>
/// How the web server rejects a request: an error without a body, after which the connection is closed. The application never
/// answers so, since its errors have bodies.
/// </summary>
internal static class Rejection
{
    private const int StatusAt = 9;
    private const int ReasonAt = 13;

    /// <summary>The same with the error envelope, or null when it is something else.</summary>
    /// <param name="head">What is sent.</param>
    public static byte[]? Rewrite(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || head.Length < ReasonAt || head[StatusAt] is not ((byte)'4' or (byte)'5')
            || !head.EndsWith("\r\n\r\n"u8)
            || head.IndexOf("\r\nConnection: close\r\n"u8) < 0
            || head.IndexOf("\r\nContent-Length: 0\r\n"u8) is var length && length < 0)
        {
            return null;
        }

        var status = int.Parse(head.Slice(StatusAt, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var reason = Encoding.ASCII.GetString(head[ReasonAt..head.IndexOf("\r\n"u8)]);
        var body = ErrorAnswer.ToBytes(status, reason);
        var headers = string.Create(
            CultureInfo.InvariantCulture,
            $"\r\nContent-Length: {body.Length}\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\n");
        return
        [
            .. head[..length],
            .. Encoding.ASCII.GetBytes(headers),
            .. head[(length + "\r\nContent-Length: 0\r\n"u8.Length)..],
            .. body,
        ];
    }
}
