using Microsoft.Extensions.Logging;

namespace PlayFlow.Core.Hosting;

/// <summary>What the lifetime tells the operator. Event ids are stable.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 101, Level = LogLevel.Warning, Message = "The host waited no longer: some game servers have not ended yet")]
    public static partial void ServersLeft(this ILogger logger);
}
