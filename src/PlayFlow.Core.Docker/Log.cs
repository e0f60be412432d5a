using Microsoft.Extensions.Logging;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker;

/// <summary>What the provider tells its host's log. Never holds an environment value.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.Connected, LogLevel.Information, "Using the Docker engine at {Endpoint}, version {Version}, as owner {Owner}.")]
    public static partial void Connected(ILogger logger, Uri endpoint, string version, string owner);

    [LoggerMessage(EventIds.Adopted, LogLevel.Information, "Took up {ComputeId} of an earlier run.")]
    public static partial void Adopted(ILogger logger, ComputeId computeId);

    [LoggerMessage(EventIds.Leftover, LogLevel.Information, "Removed the container {Container}, which an interrupted launch or build left.")]
    public static partial void Leftover(ILogger logger, string container);

    [LoggerMessage(EventIds.NotRemoved, LogLevel.Warning, "{What} could not be removed.")]
    public static partial void NotRemoved(ILogger logger, string what, Exception exception);

    [LoggerMessage(EventIds.Silent, LogLevel.Error, "The Docker engine does not answer; nothing can be started until it does: {Reason}")]
    public static partial void Silent(ILogger logger, string reason);

    [LoggerMessage(EventIds.Answers, LogLevel.Information, "The Docker engine answers again.")]
    public static partial void Answers(ILogger logger);

    [LoggerMessage(EventIds.LogNotReported, LogLevel.Warning, "The output of {ComputeId} could not be read; it is tried again.")]
    public static partial void LogNotReported(ILogger logger, ComputeId computeId, Exception exception);

    [LoggerMessage(EventIds.EndFailed, LogLevel.Error, "The end of {ComputeId} could not be dealt with; it is tried again.")]
    public static partial void EndFailed(ILogger logger, ComputeId computeId, Exception exception);

    [LoggerMessage(EventIds.LookFailed, LogLevel.Warning, "What runs on the Docker engine could not be looked at; it is tried again.")]
    public static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.NoInit, LogLevel.Warning,
        "The Docker engine has no init program: a game that does not handle the termination signal runs until it is killed.")]
    public static partial void NoInit(ILogger logger);

    [LoggerMessage(EventIds.PortsUnseen, LogLevel.Warning,
        "Nothing tells which ports {ComputeId} has opened: its image has no 'cat'. It counts as ready since it runs.")]
    public static partial void PortsUnseen(ILogger logger, ComputeId computeId);

    [LoggerMessage(EventIds.ImageMade, LogLevel.Information, "Made the image {Image} of build {BuildId}.")]
    public static partial void ImageMade(ILogger logger, string image, string buildId);

    [LoggerMessage(EventIds.ImageKept, LogLevel.Information, "The image {Image} is in use; it is removed with the last server that uses it.")]
    public static partial void ImageKept(ILogger logger, string image);

    [LoggerMessage(EventIds.TlsNotClosed, LogLevel.Error, "A port that was served with TLS could not be closed.")]
    public static partial void TlsNotClosed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.NotLoaded, LogLevel.Debug, "The Docker engine did not load the image {Image} as one layer upon those it has.")]
    public static partial void NotLoaded(ILogger logger, string image, Exception exception);

    [LoggerMessage(EventIds.NoLayers, LogLevel.Information,
        "The Docker engine loads no image of which it has a part: images of builds are made of containers, which takes longer.")]
    public static partial void NoLayers(ILogger logger);
}
