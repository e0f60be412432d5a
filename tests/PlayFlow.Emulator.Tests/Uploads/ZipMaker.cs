using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>Writes archives byte by byte, wrong ones included.</summary>
internal sealed class ZipMaker
{
    private readonly MemoryStream _bytes = new();
    private readonly MemoryStream _directory = new();
    private int _count;

    /// <summary>Ends the archive with the records of ZIP64.</summary>
    public bool WideEnd { get; init; }

    /// <summary>Bytes before the archive, which its offsets do not count.</summary>
    public byte[] Prefix { get; init; } = [];

    /// <summary>A comment at the end.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The number of entries the end claims.</summary>
    public int? ClaimedCount { get; init; }

    /// <summary>An archive of these entries.</summary>
    public static byte[] Make(params IEnumerable<ZipItem> items) => new ZipMaker().Write(items);

    /// <summary>An archive of these entries.</summary>
    public byte[] Write(params IEnumerable<ZipItem> items)
    {
        foreach (var item in items)
            Add(item);

        var start = _bytes.Length;
        _directory.WriteTo(_bytes);
        End(start);
        return [.. Prefix, .. _bytes.ToArray()];
    }

    private void Add(ZipItem item)
    {
        var offset = (uint)_bytes.Length;
        var name = item.RawName ?? Encoding.UTF8.GetBytes(item.Name);
        var data = item.Method == 8 ? Deflated(item.Content) : item.Content;
        var stored = data.AsSpan(0, item.CutTo ?? data.Length);
        var flags = (ushort)(item.Flags | (item.RawName is null ? 1 << 11 : 0) | (item.Streamed ? 1 << 3 : 0));
        var crc = item.Crc ?? Crc32.Of(item.Content);
        var size = item.Size ?? item.Content.Length;

        Put(_bytes, 4, 0x04034b50);
        Put(_bytes, 2, 20, flags, item.Method, 0, 0x21);
        Put(_bytes, 4, item.Streamed ? 0 : crc, item.Streamed ? 0 : stored.Length, item.Streamed ? 0 : size);
        Put(_bytes, 2, name.Length, 0);
        _bytes.Write(name);
        _bytes.Write(stored);
        if (item.Streamed)
            Put(_bytes, 4, 0x08074b50, crc, stored.Length, size);

        Put(_directory, 4, HeaderSignature);
        Put(_directory, 2, (item.Mode == 0 ? 0 : 3 << 8) | 20, 20, flags, item.Method, 0, 0x21);
        Put(_directory, 4, crc, item.Wide ? uint.MaxValue : stored.Length, item.Wide ? uint.MaxValue : size);
        Put(_directory, 2, name.Length, item.Wide ? 28 : 0, 0, 0, 0);
        Put(_directory, 4, (long)item.Mode << 16, item.Wide ? uint.MaxValue : item.HeaderOffset ?? offset);
        _directory.Write(name);
        if (item.Wide)
        {
            Put(_directory, 2, 1, 24);
            Put(_directory, 8, size, stored.Length, item.HeaderOffset ?? offset);
        }

        _count++;
    }

    private const long HeaderSignature = 0x02014b50;

    private void End(long start)
    {
        var count = ClaimedCount ?? _count;
        var wideAt = _bytes.Length;
        if (WideEnd)
        {
            Put(_bytes, 4, 0x06064b50);
            Put(_bytes, 8, 44);
            Put(_bytes, 2, 45, 45);
            Put(_bytes, 4, 0, 0);
            Put(_bytes, 8, count, count, _directory.Length, start);
            Put(_bytes, 4, 0x07064b50, 0);
            Put(_bytes, 8, wideAt);
            Put(_bytes, 4, 1);
        }

        Put(_bytes, 4, 0x06054b50);
        Put(_bytes, 2, 0, 0, WideEnd ? ushort.MaxValue : count & 0xFFFF, WideEnd ? ushort.MaxValue : count & 0xFFFF);
        Put(_bytes, 4, WideEnd ? uint.MaxValue : _directory.Length, WideEnd ? uint.MaxValue : start);
        Put(_bytes, 2, Comment.Length);
        _bytes.Write(Encoding.ASCII.GetBytes(Comment));
    }

    private static byte[] Deflated(byte[] content)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(content);
        return deflated.ToArray();
    }

    private static void Put(Stream stream, int width, params ReadOnlySpan<long> values)
    {
        Span<byte> bytes = stackalloc byte[8];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            stream.Write(bytes[..width]);
        }
    }
}
