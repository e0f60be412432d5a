using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>
/// Reads an archive's central directory. The base class library's reader takes in any number of entries before it can be asked
/// how many there are, and does not tell how a name was written or whether entries share their bytes.
/// </summary>
internal static class ZipDirectory
{
    /// <summary>What each entry of the directory begins with.</summary>
    public const uint HeaderSignature = 0x02014b50;

    private const int HeaderSize = 46;
    private const int LocalHeaderSize = 30;

    /// <summary>All entries, in the archive's order.</summary>
    /// <exception cref="BadArchiveException">The directory is damaged, too large, or describes overlapping entries.</exception>
    public static IReadOnlyList<ZipEntry> Read(SafeFileHandle file, UploadLimits limits)
    {
        var trailer = ZipTrailer.Find(file);
        if (trailer.Count > limits.MaxEntries)
            throw TooMany(limits);
        if (trailer.Size > limits.MaxDirectoryBytes)
            throw new BadArchiveException($"The archive's list of files takes more than {LogText.Size(limits.MaxDirectoryBytes)}.");

        var bytes = new byte[trailer.Size];
        FileBytes.ReadExactly(file, bytes, trailer.Start);
        var entries = new List<ZipEntry>((int)trailer.Count);
        ReadOnlySpan<byte> rest = bytes;
        while (rest.Length >= HeaderSize && BinaryPrimitives.ReadUInt32LittleEndian(rest) == HeaderSignature)
        {
            if (entries.Count == limits.MaxEntries)
                throw TooMany(limits);
            entries.Add(ReadEntry(ref rest, trailer, entries.Count));
        }

        // An archive of more than 65,535 entries by a writer that knows no wide record keeps only the lower 16 bits.
        var counted = trailer.CountIsShort ? entries.Count & ushort.MaxValue : entries.Count;
        if (counted != trailer.Count)
            throw new BadArchiveException("The archive's list of files is damaged: it has another number of entries than it says.");

        RefuseOverlap(entries);
        return entries;
    }

    private static ZipEntry ReadEntry(ref ReadOnlySpan<byte> rest, ZipTrailer trailer, int index)
    {
        var header = rest[..HeaderSize];
        var madeBy = header[5];
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        if (rest.Length < HeaderSize + nameLength + extraLength + commentLength)
            throw new BadArchiveException("The archive's list of files is damaged: its last entry is cut short.");

        var rawName = rest.Slice(HeaderSize, nameLength);
        var extra = rest.Slice(HeaderSize + nameLength, extraLength);
        rest = rest[(HeaderSize + nameLength + extraLength + commentLength)..];

        var name = ZipName.Decode(rawName, extra, flags);
        var sizes = ZipSizes.Read(header, extra) ??
            throw new BadArchiveException($"The entry {LogText.Quote(name)} is damaged: its sizes cannot be read.");
        var offset = sizes.HeaderOffset + trailer.Shift;
        if (offset > trailer.Start - LocalHeaderSize || sizes.Compressed > trailer.Start - LocalHeaderSize - offset)
            throw new BadArchiveException($"The entry {LogText.Quote(name)} is damaged: it lies outside the archive.");

        return new ZipEntry
        {
            Name = name,
            Flags = flags,
            Method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
            Crc = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            CompressedSize = sizes.Compressed,
            Size = sizes.Unpacked,
            HeaderOffset = offset,
            Mode = UnixMode(madeBy, BinaryPrimitives.ReadUInt32LittleEndian(header[38..])),
            Index = index,
        };
    }

    // Writers on Windows that know Unix modes say they are DOS, but then give a file type as well.
    private static int UnixMode(byte madeBy, uint attributes)
    {
        const byte unix = 3, macOs = 19;
        var mode = (int)(attributes >> 16);
        return madeBy is unix or macOs || (mode & UnixModes.TypeMask) != 0 ? mode : 0;
    }

    // Entries that share bytes are how a file of 10 MB unpacks to 281 TB without an odd ratio at any entry.
    private static void RefuseOverlap(List<ZipEntry> entries)
    {
        var ordered = entries.ToArray();
        Array.Sort(ordered, static (one, other) => one.HeaderOffset.CompareTo(other.HeaderOffset));
        for (var index = 1; index < ordered.Length; index++)
        {
            if (ordered[index].HeaderOffset < ordered[index - 1].HeaderOffset + LocalHeaderSize + ordered[index - 1].CompressedSize)
            {
                throw new BadArchiveException(
                    $"The entries {LogText.Quote(ordered[index - 1].Name)} and {LogText.Quote(ordered[index].Name)} " +
                    "share the same bytes.");
            }
        }
    }

    private static BadArchiveException TooMany(UploadLimits limits) =>
        new($"The archive has more than {LogText.Count(limits.MaxEntries, "entry", "entries")}, the most a build may have.");
}
