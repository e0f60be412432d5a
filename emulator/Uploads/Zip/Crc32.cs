using System.Buffers.Binary;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>The checksum of ZIP (polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private const int Slices = 8;
    private static readonly uint[] Table = BuildTable();

    /// <summary>The checksum of all bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of what <paramref name="crc"/> covers with <paramref name="bytes"/> after it; starts at 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var table = Table;
        crc = ~crc;
        while (bytes.Length >= Slices)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[0x700 + (byte)low] ^ table[0x600 + (byte)(low >> 8)] ^
                table[0x500 + (byte)(low >> 16)] ^ table[0x400 + (byte)(low >> 24)] ^
                table[0x300 + (byte)high] ^ table[0x200 + (byte)(high >> 8)] ^
                table[0x100 + (byte)(high >> 16)] ^ table[(byte)(high >> 24)];
            bytes = bytes[Slices..];
        }

        foreach (var value in bytes)
            crc = table[(byte)(crc ^ value)] ^ (crc >> 8);

        return ~crc;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[Slices * 256];
        for (uint value = 0; value < 256; value++)
        {
            var crc = value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            table[value] = crc;
        }

        for (var index = 256; index < table.Length; index++)
            table[index] = (table[index - 256] >> 8) ^ table[(byte)table[index - 256]];

        return table;
    }
}
