namespace PlayFlow.Emulator.Uploads;

/// <summary>What an upload may cost. Counted on the bytes really seen, never on what an archive says of itself.</summary>
internal sealed record UploadLimits
{
    /// <summary>The largest archive taken in.</summary>
    public long MaxUploadBytes { get; init; } = 8L << 30;

    /// <summary>The most files, links and folders, folders only implied by a path included.</summary>
    public int MaxEntries { get; init; } = 100_000;

    /// <summary>The most symbolic links: each is followed through the tree before anything is unpacked.</summary>
    public int MaxLinks { get; init; } = 10_000;

    /// <summary>The most bytes all files together may unpack to.</summary>
    public long MaxUnpackedBytes { get; init; } = 16L << 30;

    /// <summary>How many times its own size an archive may unpack to, once it is beyond <see cref="RatioFloorBytes"/>.</summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Unpacked bytes below which the ratio does not matter: a small archive of zeros harms nobody.</summary>
    public long RatioFloorBytes { get; init; } = 128L << 20;

    /// <summary>The largest list of entries read into memory: names and comments are the sender's to choose.</summary>
    public int MaxDirectoryBytes { get; init; } = 32 << 20;

    /// <summary>The most bytes an archive of this size may unpack to.</summary>
    public long UnpackedLimit(long archiveBytes)
    {
        var byRatio = archiveBytes > long.MaxValue / MaxRatio ? long.MaxValue : archiveBytes * MaxRatio;
        return Math.Min(MaxUnpackedBytes, Math.Max(RatioFloorBytes, byRatio));
    }
}
