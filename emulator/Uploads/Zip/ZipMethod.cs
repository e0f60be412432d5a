namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>The compression methods that are read.</summary>
internal static class ZipMethod
{
    /// <summary>As is.</summary>
    public const ushort Stored = 0;

    /// <summary>What nearly every archive uses.</summary>
    public const ushort Deflate = 8;

    /// <summary>What Windows Explorer uses for files over 2 GB.</summary>
    public const ushort Deflate64 = 9;

    /// <summary>The words for a method that is not read.</summary>
    public static string Name(ushort method) => method switch
    {
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "XZ",
        98 => "PPMd",
        99 => "AES encryption",
        _ => $"method {method}",
    };
}
