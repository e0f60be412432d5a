using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>Decodes an entry's name.</summary>
internal static class ZipName
{
    private const ushort Utf8Flag = 1 << 11;
    private const ushort UnicodePathTag = 0x7075;

    private static readonly Encoding Dos = CodePagesEncodingProvider.Instance.GetEncoding(437)!;

    /// <summary>
    /// The name: by its Unicode field if that belongs to these bytes, else UTF-8 when flagged or when it is valid UTF-8 (many
    /// tools on Linux forget the flag), else DOS code page 437.
    /// </summary>
    /// <exception cref="BadArchiveException">It is flagged UTF-8 and is not.</exception>
    public static string Decode(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> extra, ushort flags)
    {
        if (Ascii.IsValid(raw))
            return Encoding.ASCII.GetString(raw);

        var field = ZipExtra.Find(extra, UnicodePathTag);
        if (field.Length > 5 && field[0] == 1 && BinaryPrimitives.ReadUInt32LittleEndian(field[1..]) == Crc32.Of(raw) &&
            TryUtf8(field[5..]) is { } unicode)
            return unicode;

        return TryUtf8(raw) ?? ((flags & Utf8Flag) == 0
            ? Dos.GetString(raw)
            : throw new BadArchiveException($"The name {LogText.Quote(Encoding.UTF8.GetString(raw))} is not valid UTF-8."));
    }

    private static string? TryUtf8(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
}
