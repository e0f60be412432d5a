using Microsoft.Extensions.Logging;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process;

/// <summary>What the provider tells its host's log. Never holds an environment value.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.LimitsNotEnforced, LogLevel.Information,
        "This system does not let the process limit the memory of others: compute sizes are not enforced.")]
    public static partial void LimitsNotEnforced(ILogger logger);

    [LoggerMessage(EventIds.Adopted, LogLevel.Information, "Took up {ComputeId} of an earlier run.")]
    public static partial void Adopted(ILogger logger, ComputeId computeId);

    [LoggerMessage(EventIds.Leftover, LogLevel.Information, "Removed what an interrupted launch left in {Folder}.")]
    public static partial void Leftover(ILogger logger, string folder);

    [LoggerMessage(EventIds.NotAdopted, LogLevel.Warning, "What an earlier run left in {Folder} could not be taken up; it is ended and removed.")]
    public static partial void NotAdopted(ILogger logger, string folder, Exception exception);

    [LoggerMessage(EventIds.StragglersRemain, LogLevel.Warning, "Processes of {ComputeId} could not be ended.")]
    public static partial void StragglersRemain(ILogger logger, ComputeId computeId);

    [LoggerMessage(EventIds.LogNotReported, LogLevel.Warning, "The output of {ComputeId} could not be reported; it is tried again.")]
    public static partial void LogNotReported(ILogger logger, ComputeId computeId, Exception exception);

    [LoggerMessage(EventIds.CacheChanged, LogLevel.Warning, "The unpacked files of build {BuildId} were changed; they are unpacked anew.")]
    public static partial void CacheChanged(ILogger logger, string buildId);

    [LoggerMessage(EventIds.NotRemoved, LogLevel.Warning, "{Folder} could not be removed.")]
    public static partial void NotRemoved(ILogger logger, string folder, Exception exception);

    [LoggerMessage(EventIds.Relaying, LogLevel.Information, "{ComputeId} is reached through a relay from {ExternalPort} to {InternalPort} ({Protocol}).")]
    public static partial void Relaying(
        ILogger logger, ComputeId computeId, int externalPort, int internalPort, Ports.PortProtocol protocol);

    [LoggerMessage(EventIds.EndFailed, LogLevel.Error, "The end of {ComputeId} could not be dealt with.")]
    public static partial void EndFailed(ILogger logger, ComputeId computeId, Exception exception);

    [LoggerMessage(EventIds.EndNotKept, LogLevel.Warning, "How {ComputeId} ended could not be written down; it is reported all the same.")]
    public static partial void EndNotKept(ILogger logger, ComputeId computeId, Exception exception);

    [LoggerMessage(EventIds.LookFailed, LogLevel.Warning, "A server that is starting could not be looked at; it is tried again.")]
    public static partial void LookFailed(ILogger logger, Exception exception);
}
