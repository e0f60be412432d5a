namespace PlayFlow.Emulator.Uploads;

/// <summary>How an <see cref="ArtefactStore"/> works.</summary>
internal sealed record ArtefactStoreOptions
{
    /// <summary>The directory for uploads and artefacts.</summary>
    public required string Directory { get; init; }

    /// <summary>What an upload may cost.</summary>
    public UploadLimits Limits { get; init; } = new();

    /// <summary>The zstd level, 1 to 19. Artefacts are read once and never sent: quick is better than small.</summary>
    public int CompressionLevel { get; init; } = 1;

    /// <summary>Threads that compress, beside the one that unpacks; 0 compresses on that one.</summary>
    public int CompressionWorkers { get; init; } = 2;

    /// <summary>How many builds are processed at once; the others wait. Each takes about two cores and up to 250 MB.</summary>
    public int ConcurrentBuilds { get; init; } = 1;

    /// <summary>How long processing takes at least; the service needs minutes, and clients may want to see them wait.</summary>
    public TimeSpan ProcessingDelay { get; init; }

    /// <summary>The clock of that delay.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Creates a file for writing, given its path and its size if known. Tests put faults here.</summary>
    public Func<string, long, Stream> CreateFile { get; init; } = UploadReceiver.CreateFile;
}
