namespace PlayFlow.Core.Servers;

/// <summary>The service's words for what callers see of a server.</summary>
public static class ServerWords
{
    /// <summary>The word for a status.</summary>
    public static string Of(ServerStatus status) => status switch
    {
        ServerStatus.Launching => "launching",
        ServerStatus.Running => "running",
        _ => "stopped",
    };

    /// <summary>The word for a kind of hosting.</summary>
    public static string Of(ServiceType type) => type is ServiceType.PersistentWorld ? "persistent_world" : "match_based";
}
