namespace PlayFlow.Emulator.Uploads;

/// <summary>How receiving an upload ended.</summary>
internal enum UploadStatus
{
    /// <summary>It is stored whole and survives a crash.</summary>
    Stored,

    /// <summary>Another upload of the same build is arriving, or the build is being processed.</summary>
    Busy,

    /// <summary>It is larger than uploads may be.</summary>
    TooLarge,

    /// <summary>It ended before its announced length, or the connection broke.</summary>
    Incomplete,

    /// <summary>The disk has no room for it.</summary>
    DiskFull,

    /// <summary>It could not be written for another reason; the host's log has it.</summary>
    StorageFailed,

    /// <summary>The build was deleted while it arrived.</summary>
    Withdrawn,
}

/// <summary>What became of an upload. Unless it is stored, nothing of it is left.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Bytes">How many bytes of it arrived.</param>
internal readonly record struct UploadOutcome(UploadStatus Status, long Bytes);
