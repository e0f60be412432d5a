using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>The words the database keeps for levels and kinds of sources.</summary>
internal static class Words
{
    public static string Of(LogLevel level) => level switch
    {
        LogLevel.Info => "info",
        LogLevel.Error => "error",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "This level has no word."),
    };

    public static string Of(LogSourceKind kind) => kind switch
    {
        LogSourceKind.Server => "server",
        LogSourceKind.Build => "build",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This kind of source has no word."),
    };

    /// <exception cref="StoreException">There is no level of that word.</exception>
    public static LogLevel Level(string word) => word switch
    {
        "info" => LogLevel.Info,
        "error" => LogLevel.Error,
        _ => throw new StoreException($"The log database holds a level '{word}', which this version does not know."),
    };

    /// <exception cref="StoreException">There is no kind of that word.</exception>
    public static LogSourceKind Kind(string word) => word switch
    {
        "server" => LogSourceKind.Server,
        "build" => LogSourceKind.Build,
        _ => throw new StoreException($"The log database holds a source of kind '{word}', which this version does not know."),
    };
}
