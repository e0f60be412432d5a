namespace PlayFlow.Core.Projects;

/// <summary>What callers may ask for, as far as rights and rate limits tell operations apart.</summary>
public enum ApiOperation
{
    /// <summary>List servers.</summary>
    ListServers,

    /// <summary>Read one server.</summary>
    GetServer,

    /// <summary>Start a server.</summary>
    StartServer,

    /// <summary>Replace a server's custom data.</summary>
    UpdateServer,

    /// <summary>Restart a server.</summary>
    RestartServer,

    /// <summary>Stop a server.</summary>
    StopServer,

    /// <summary>Read a server's log.</summary>
    ReadServerLogs,

    /// <summary>Read a server's metrics.</summary>
    ReadServerMetrics,

    /// <summary>List builds, read one, or read its log.</summary>
    ReadBuilds,

    /// <summary>Upload, process or delete builds.</summary>
    WriteBuilds,

    /// <summary>Read the project's settings or logs.</summary>
    ReadProject,

    /// <summary>Change the project's settings.</summary>
    WriteProject,
}
