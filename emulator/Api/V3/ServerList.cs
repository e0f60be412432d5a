using System.Buffers;
using System.Buffers.Text;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>A page of servers, put together of the servers' own bytes.</summary>
internal static class ServerList
{
    /// <summary>The most bytes an answer may have: clients read no more.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const int Room = 256;

    /// <summary>Answers with a page, or with as much of its beginning as an answer may hold; <c>has_more</c> then says so.</summary>
    public static Task WriteAsync(HttpContext http, IReadOnlyList<GameServer> servers, int total, Page page, ServerBytes bytes)
    {
        Span<byte> head = stackalloc byte[Room];
        Span<byte> tail = stackalloc byte[Room];
        var items = new byte[servers.Count][];
        var (count, length) = (0, (long)Head(head, total));
        var headLength = (int)length;
        for (; count < items.Length; count++)
        {
            items[count] = bytes.Of(servers[count]);
            if (count > 0 && length + items[count].Length > MaxBytes - Room)
            {
                break;
            }

            length += items[count].Length + (count > 0 ? 1 : 0);
        }

        var tailLength = Tail(tail, count, total, page);
        var body = JsonAnswer.Begin(http, StatusCodes.Status200OK, length + tailLength);
        body.Write(head[..headLength]);
        for (var i = 0; i < count; i++)
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
