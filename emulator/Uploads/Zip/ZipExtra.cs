using System.Buffers.Binary;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>The extra fields of an entry: tag, length, bytes.</summary>
internal static class ZipExtra
{
    /// <summary>The first field of a tag; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> extra, ushort tag)
    {
        while (extra.Length >= 4)
        {
            var found = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
                return [];
            if (found == tag)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }

        return [];
    }
}
