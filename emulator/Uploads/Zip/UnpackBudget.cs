namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>The bytes an archive may still unpack to. Not safe for concurrent use.</summary>
internal sealed class UnpackBudget(long limit, long archiveBytes)
{
    /// <summary>The bytes seen so far.</summary>
    public long Used { get; private set; }

    /// <summary>Counts bytes that came out of the archive.</summary>
    /// <exception cref="BadArchiveException">More came out than any archive of its size may hold.</exception>
    public void Take(long bytes)
    {
        Used += bytes;
        if (Used > limit)
            throw Exceeded();
    }

    /// <summary>Refuses at once what says itself that it is too much.</summary>
    public void Foresee(IReadOnlyList<ZipEntry> entries)
    {
        long total = 0;
        foreach (var entry in entries)
        {
            if (entry.Size > limit - total)
                throw Exceeded();
            total += entry.Size;
        }
    }

    private BadArchiveException Exceeded() =>
        new($"The archive of {LogText.Size(archiveBytes)} unpacks to more than {LogText.Size(limit)}, the most allowed for its size.");
}
