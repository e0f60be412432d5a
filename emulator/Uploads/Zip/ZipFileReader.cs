using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>An archive on disk, read one entry at a time. Not safe for concurrent use.</summary>
internal sealed class ZipFileReader : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int LocalHeaderSize = 30;
    private const uint LocalSignature = 0x04034b50;
    private const ushort EncryptedFlags = 1 | 1 << 6 | 1 << 13;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly FileSlice _slice;
    private readonly long _length;
    private ZipArchive? _fallback;

    private ZipFileReader(string path, SafeFileHandle file, UploadLimits limits)
    {
        _path = path;
        _file = file;
        _length = RandomAccess.GetLength(file);
        _slice = new FileSlice(file, _buffer);
        Entries = ZipDirectory.Read(file, limits);
        Budget = new UnpackBudget(limits.UnpackedLimit(_length), _length);
        Budget.Foresee(Entries);
    }

    /// <summary>All entries, in the archive's order.</summary>
    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>What the contents may still unpack to.</summary>
    public UnpackBudget Budget { get; }

    /// <summary>The archive's own size.</summary>
    public long Length => _length;

    /// <summary>Opens an archive and reads its directory.</summary>
    /// <exception cref="BadArchiveException">It is no archive, or not one that is safe to read on.</exception>
    public static ZipFileReader Open(string path, UploadLimits limits)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new ZipFileReader(path, file, limits);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what cannot be read: encryption and rare compression methods.</summary>
    public static void RefuseUnreadable(ZipEntry entry)
    {
        if ((entry.Flags & EncryptedFlags) != 0 || entry.Method == 99)
        {
            throw new BadArchiveException(
                $"The entry {LogText.Quote(entry.Name)} is encrypted; pack the build without a password.");
        }

        if (entry.Method is not (ZipMethod.Stored or ZipMethod.Deflate or ZipMethod.Deflate64))
        {
            throw new BadArchiveException(
                $"The entry {LogText.Quote(entry.Name)} is compressed with {ZipMethod.Name(entry.Method)}; " +
                "pack the build with deflate.");
        }
    }

    /// <summary>The entry's content, checked against its size and checksum as it is read. Only one is open at a time.</summary>
    public EntryStream OpenContent(ZipEntry entry, Action<int>? progress = null)
    {
        RefuseUnreadable(entry);
        return new EntryStream(entry, Unpacked(entry), Budget, progress);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fallback?.Dispose();
        _slice.Dispose();
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private Stream Unpacked(ZipEntry entry)
    {
        if (entry.Method == ZipMethod.Deflate64)
            return Deflate64(entry);

        Span<byte> header = stackalloc byte[LocalHeaderSize];
        FileBytes.ReadExactly(_file, header, entry.HeaderOffset);
        var start = entry.HeaderOffset + LocalHeaderSize +
            BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature || start > _length - entry.CompressedSize)
            throw new BadArchiveException($"The entry {LogText.Quote(entry.Name)} is damaged: its header cannot be read.");

        _slice.Reset(start, entry.CompressedSize);
        return entry.Method == ZipMethod.Stored
            ? _slice
            : new DeflateStream(_slice, CompressionMode.Decompress, leaveOpen: true);
    }

    // Only the base class library's own reader unpacks Deflate64, which Windows Explorer uses for files over 2 GB.
    private Stream Deflate64(ZipEntry entry)
    {
        _fallback ??= OpenFallback();
        if (_fallback.Entries.Count == Entries.Count)
        {
            var same = _fallback.Entries[entry.Index];
            if (same.Crc32 == entry.Crc && same.CompressedLength == entry.CompressedSize && same.Length == entry.Size)
                return same.Open();
        }

        throw new BadArchiveException($"The entry {LogText.Quote(entry.Name)} is damaged: its header cannot be read.");
    }

    private ZipArchive OpenFallback()
    {
        var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (InvalidDataException fault)
        {
            stream.Dispose();
            throw new BadArchiveException("The archive's list of files cannot be read: it is damaged or cut short.", fault);
        }
    }
}
