using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>Where an archive's directory lies, from the record at the archive's end.</summary>
/// <param name="Start">The first byte of the directory in the file.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Count">How many entries it should have.</param>
/// <param name="Shift">How far the file's offsets are off: bytes put before the archive.</param>
/// <param name="CountIsShort">Whether the count is kept in 16 bits, and so may have wrapped.</param>
internal readonly record struct ZipTrailer(long Start, long Size, long Count, long Shift, bool CountIsShort)
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;

    /// <summary>Finds the directory of the archive in a file.</summary>
    /// <exception cref="BadArchiveException">The file is no archive, or it is cut short.</exception>
    public static ZipTrailer Find(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length == 0)
            throw new BadArchiveException("The upload is empty; upload a ZIP of the server build.");

        var tail = new byte[Math.Min(length, EndSize + ushort.MaxValue)];
        FileBytes.ReadExactly(file, tail, length - tail.Length);
        var at = FindEnd(tail);
        if (at < 0)
        {
            throw new BadArchiveException(
                "The upload is not a ZIP archive, or the end of it is missing; pack the server build as .zip and upload it whole.");
        }

        var endOffset = length - tail.Length + at;
        var end = tail.AsSpan(at, EndSize);
        var disk = BinaryPrimitives.ReadUInt16LittleEndian(end[4..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);

        if (count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue)
        {
            if (FindWide(file, endOffset) is { } wide)
                return wide;
        }

        return disk is 0
            ? Place(file, endOffset, offset, size, count, countIsShort: true)
            : throw new BadArchiveException("The archive is one part of several; upload it as a single ZIP.");
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (var at = tail.Length - EndSize; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == EndSignature &&
                at + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) <= tail.Length)
                return at;
        }

        return -1;
    }

    private static ZipTrailer? FindWide(SafeFileHandle file, long endOffset)
    {
        if (endOffset < LocatorSize + End64Size)
            return null;

        Span<byte> locator = stackalloc byte[LocatorSize];
        FileBytes.ReadExactly(file, locator, endOffset - LocatorSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
            return null;

        var wideOffset = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        if (wideOffset > (ulong)(endOffset - LocatorSize - End64Size))
            throw Damaged();

        Span<byte> end = stackalloc byte[End64Size];
        FileBytes.ReadExactly(file, end, (long)wideOffset);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) != End64Signature)
            throw Damaged();

        var count = BinaryPrimitives.ReadUInt64LittleEndian(end[32..]);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(end[40..]);
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(end[48..]);
        return count > long.MaxValue || size > long.MaxValue || offset > long.MaxValue
            ? throw Damaged()
            : Place(file, (long)wideOffset, (long)offset, (long)size, (long)count, countIsShort: false);
    }

    // The directory lies where the record says; or, with something put before the archive, right before the record.
    private static ZipTrailer Place(SafeFileHandle file, long limit, long offset, long size, long count, bool countIsShort)
    {
        if (offset > limit || size > limit - offset)
            throw Damaged();
        if (count == 0 && size == 0)
            throw new BadArchiveException("The archive has no files in it.");

        if (StartsDirectory(file, offset))
            return new ZipTrailer(offset, size, count, 0, countIsShort);

        var start = limit - size;
        return StartsDirectory(file, start)
            ? new ZipTrailer(start, size, count, start - offset, countIsShort)
            : throw Damaged();
    }

    private static bool StartsDirectory(SafeFileHandle file, long offset)
    {
        Span<byte> signature = stackalloc byte[4];
        FileBytes.ReadExactly(file, signature, offset);
        return BinaryPrimitives.ReadUInt32LittleEndian(signature) == ZipDirectory.HeaderSignature;
    }

    private static BadArchiveException Damaged() =>
        new("The archive's list of files cannot be read: it is damaged or cut short.");
}
