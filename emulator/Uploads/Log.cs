namespace PlayFlow.Emulator.Uploads;

/// <summary>What uploads and the build pipeline tell the host's log.</summary>
internal static partial class Log
{
    [LoggerMessage(4100, LogLevel.Information, "Removed {Count} unfinished files of an earlier run.")]
    public static partial void Cleared(ILogger logger, int count);

    [LoggerMessage(4101, LogLevel.Information, "Received {Bytes} bytes for build {BuildId}: {Status}.")]
    public static partial void Received(ILogger logger, long bytes, string buildId, UploadStatus status, Exception? fault);

    [LoggerMessage(4102, LogLevel.Information, "Build {BuildId} is repacked: {UploadBytes} bytes became {ArtefactBytes}.")]
    public static partial void Repacked(ILogger logger, string buildId, long uploadBytes, long artefactBytes);

    [LoggerMessage(4103, LogLevel.Information, "The archive of build {BuildId} is refused: {Reason}")]
    public static partial void Refused(ILogger logger, string buildId, string reason);

    [LoggerMessage(4104, LogLevel.Error, "Build {BuildId} could not be processed.")]
    public static partial void ProcessingFailed(ILogger logger, string buildId, Exception fault);
}
