using System.Buffers;
using System.Buffers.Text;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>A page of servers, put together of the servers' own bytes.</summary>
internal static class ServerList
{
    private const int Room = 256;

    /// <summary>Answers with a page.</summary>
    public static Task WriteAsync(HttpContext http, IReadOnlyList<GameServer> servers, int total, Page page, ServerBytes bytes)
    {
        Span<byte> head = stackalloc byte[Room];
        Span<byte> tail = stackalloc byte[Room];
        var headLength = Head(head, total);
        var tailLength = Tail(tail, servers.Count, total, page);
        var items = new byte[servers.Count][];
        long length = headLength + tailLength + Math.Max(0, items.Length - 1);
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = bytes.Of(servers[i]);
            length += items[i].Length;
        }

        var body = JsonAnswer.Begin(http, StatusCodes.Status200OK, length);
        body.Write(head[..headLength]);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                body.Write(","u8);
            }

            body.Write(items[i]);
        }

        body.Write(tail[..tailLength]);
        return JsonAnswer.EndAsync(http);
    }

    private static int Head(Span<byte> target, int total)
    {
        var length = 0;
        Add(target, ref length, "{\"total\":"u8, total);
        Add(target, ref length, ",\"total_servers\":"u8, total);
        Add(target, ref length, ",\"servers\":["u8);
        return length;
    }

    private static int Tail(Span<byte> target, int returned, int total, Page page)
    {
        var length = 0;
        Add(target, ref length, "],\"limit\":"u8, page.Limit);
        Add(target, ref length, ",\"offset\":"u8, page.Offset);
        Add(target, ref length, page.HasMore(returned, total) ? ",\"has_more\":true}"u8 : ",\"has_more\":false}"u8);
        return length;
    }

    private static void Add(Span<byte> target, ref int length, ReadOnlySpan<byte> text, int number)
    {
        Add(target, ref length, text);
        Utf8Formatter.TryFormat(number, target[length..], out var digits);
        length += digits;
    }

    private static void Add(Span<byte> target, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(target[length..]);
        length += text.Length;
    }
}
