using System.Text;

namespace PlayFlow.Benchmarks.Http;

/// <summary>A request as bytes made beforehand, with a place for an id that changes from one to the next, or without one.</summary>
internal sealed class Request
{
    private readonly byte[] _bytes;
    private readonly int _idAt;

    private Request(byte[] bytes)
    {
        _bytes = bytes;
        _idAt = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(AnyId));
    }

    /// <summary>What stands in a path for an id that is put there later.</summary>
    public static string AnyId { get; } = new('0', 36);

    public static Request Get(string path) => Of("GET", path, null);

    public static Request Delete(string path) => Of("DELETE", path, null);

    public static Request Post(string path, string body) => Of("POST", path, body);

    /// <summary>The bytes to send; of use until the next call.</summary>
    /// <param name="id">The id to put in its place.</param>
    public ReadOnlySpan<byte> With(ReadOnlySpan<byte> id)
    {
        if (_idAt >= 0)
        {
            id.CopyTo(_bytes.AsSpan(_idAt));
        }

        return _bytes;
    }

    private static Request Of(string method, string path, string? body)
    {
        var content = body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
        return new Request(Encoding.UTF8.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\napi-key: pf_local\r\n{content}"));
    }
}
