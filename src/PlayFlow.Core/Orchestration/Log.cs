using Microsoft.Extensions.Logging;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>What the shell tells the operator. Event ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Fleet loaded: {Servers} servers, {Builds} builds, {Entries} journal entries")]
    public static partial void FleetLoaded(this ILogger logger, int servers, int builds, int entries);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "Server {InstanceId}: {Event}")]
    public static partial void ServerChanged(this ILogger logger, string instanceId, string @event);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "The journal cannot be written; changes are refused until it can")]
    public static partial void JournalFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "The journal can be written again")]
    public static partial void JournalRecovered(this ILogger logger);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "{Effect} for {Key} failed")]
    public static partial void EffectFailed(this ILogger logger, string effect, string key, Exception exception);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "The provider failed to launch {Compute}")]
    public static partial void LaunchFaulted(this ILogger logger, ComputeId compute, Exception exception);

    [LoggerMessage(EventId = 7, Level = LogLevel.Warning, Message = "{Count} log lines could not be kept; trying again")]
    public static partial void LogsNotKept(this ILogger logger, int count, Exception exception);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "The snapshot could not be written; the journal stays whole")]
    public static partial void SnapshotFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message = "Launch {Compute} belongs to no server: ending it")]
    public static partial void StrayEnded(this ILogger logger, ComputeId compute);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "The variables {Names} of server {InstanceId} are the platform's own and were dropped")]
    public static partial void VariablesDropped(this ILogger logger, string instanceId, string names);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "Processing build {BuildId} failed unexpectedly")]
    public static partial void ProcessingFaulted(this ILogger logger, string buildId, Exception exception);

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "What servers use cannot be measured at present; it is tried again")]
    public static partial void SamplingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 13, Level = LogLevel.Error, Message = "The provider could not be asked what runs; what it reported while the journal failed is not known")]
    public static partial void ReconcileFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, Message = "The journal cannot be written: {Count} launches are ended all the same, and their end is noted at the next start")]
    public static partial void EndingUnwritten(this ILogger logger, int count);

    [LoggerMessage(EventId = 15, Level = LogLevel.Error, Message = "What was written down could not be shown or acted on as a whole")]
    public static partial void PublishFailed(this ILogger logger, Exception exception);
}
