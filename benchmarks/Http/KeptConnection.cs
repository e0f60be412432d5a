using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PlayFlow.Benchmarks.Http;

/// <summary>A connection that is kept open, with one request on it at a time.</summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly byte[] _answer = new byte[1 << 18];
    private int _filled;
    private long _sentAt;

    public KeptConnection(int port)
    {
        Socket.Connect(IPAddress.Loopback, port);
        Socket.NoDelay = true;
    }

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public void Send(ReadOnlySpan<byte> request)
    {
        _filled = 0;
        _sentAt = Stopwatch.GetTimestamp();
        Socket.Send(request);
    }

    /// <summary>Takes in what has arrived.</summary>
    /// <param name="body">The body, once it is there.</param>
    /// <param name="latency">How long it took, in microseconds.</param>
    /// <returns>Whether the answer is whole.</returns>
    /// <exception cref="InvalidOperationException">The answer is an error.</exception>
    public bool TryReceive(out ReadOnlySpan<byte> body, out long latency)
    {
        _filled += Socket.Receive(_answer.AsSpan(_filled));
        var answer = _answer.AsSpan(0, _filled);
        var end = answer.IndexOf("\r\n\r\n"u8);
        body = default;
        latency = 0;
        if (end < 0)
        {
            return false;
        }

        body = answer[(end + 4)..];
        if (!IsWhole(answer[..(end + 2)], body))
        {
            return false;
        }

        latency = (Stopwatch.GetTimestamp() - _sentAt) * 1_000_000 / Stopwatch.Frequency;
        if (answer[9] != (byte)'2')
        {
            throw new InvalidOperationException($"Not a success: {Encoding.UTF8.GetString(answer)}");
        }

        return true;
    }

    public void Dispose() => Socket.Dispose();

    // The floor does not know the length of what it writes, and sends chunks.
    private static bool IsWhole(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0)
        {
            return body.EndsWith("\r\n0\r\n\r\n"u8);
        }

        return Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) && body.Length == length;
    }
}
