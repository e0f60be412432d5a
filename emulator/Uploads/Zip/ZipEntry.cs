namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>What an archive's directory says of one entry. All of it is the sender's word.</summary>
internal sealed record ZipEntry
{
    /// <summary>The name as written, decoded, separators untouched.</summary>
    public required string Name { get; init; }

    /// <summary>The general-purpose bits.</summary>
    public required ushort Flags { get; init; }

    /// <summary>The compression method.</summary>
    public required ushort Method { get; init; }

    /// <summary>The checksum of the content.</summary>
    public required uint Crc { get; init; }

    /// <summary>Bytes in the archive.</summary>
    public required long CompressedSize { get; init; }

    /// <summary>Bytes when unpacked.</summary>
    public required long Size { get; init; }

    /// <summary>Where its local header begins in the file.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Unix type and permission bits; 0 when the archive was made by something that knows none.</summary>
    public required int Mode { get; init; }

    /// <summary>Its place in the directory.</summary>
    public required int Index { get; init; }
}
