using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite;

/// <summary>Where a fleet and its logs are kept.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>
    /// The folder of <c>fleet.db</c> and <c>logs.db</c>, made when it is not there. The files hold keys and variables: keep it to
    /// yourself. The default is <c>.playflow</c> below the current folder.
    /// </summary>
    public string Directory { get; set; } = ".playflow";

    /// <summary>How much of each log is kept.</summary>
    public LogRetention Retention { get; set; } = new();
}
