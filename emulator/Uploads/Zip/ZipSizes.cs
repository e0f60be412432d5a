using System.Buffers.Binary;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>An entry's sizes and place, from its directory header and, where those do not fit 32 bits, its ZIP64 field.</summary>
internal readonly record struct ZipSizes(long Unpacked, long Compressed, long HeaderOffset)
{
    private const ushort Zip64Tag = 1;

    /// <summary>Reads them; null when they are missing, beyond 63 bits, or on another disk.</summary>
    public static ZipSizes? Read(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        ulong compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        ulong unpacked = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        ulong disk = BinaryPrimitives.ReadUInt16LittleEndian(header[34..]);
        ulong offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        var wide = ZipExtra.Find(extra, Zip64Tag);

        // The field holds only those values that do not fit, in this order.
        var complete =
            Widen(ref unpacked, uint.MaxValue, ref wide, 8) &
            Widen(ref compressed, uint.MaxValue, ref wide, 8) &
            Widen(ref offset, uint.MaxValue, ref wide, 8) &
            Widen(ref disk, ushort.MaxValue, ref wide, 4);

        return complete && disk == 0 && unpacked <= long.MaxValue && compressed <= long.MaxValue && offset <= long.MaxValue / 2
            ? new ZipSizes((long)unpacked, (long)compressed, (long)offset)
            : null;
    }

    private static bool Widen(ref ulong value, ulong marker, ref ReadOnlySpan<byte> wide, int width)
    {
        if (value != marker)
            return true;

        // A size of exactly 4 GB less one byte needs no field.
        if (wide.Length < width)
            return wide.IsEmpty && marker == uint.MaxValue;

        value = width == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(wide) : BinaryPrimitives.ReadUInt32LittleEndian(wide);
        wide = wide[width..];
        return true;
    }
}
