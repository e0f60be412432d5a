namespace PlayFlow.Core.Servers;

/// <summary>Where a server is in its life. Callers see the three of <see cref="ServerStatus"/>.</summary>
public enum ServerState
{
    /// <summary>A process was ordered; its ports are not all open yet.</summary>
    Launching,

    /// <summary>Every port has been seen open.</summary>
    Running,

    /// <summary>The process ended and the next automatic restart waits for its time. Ports and status are kept.</summary>
    BackingOff,

    /// <summary>A restart was accepted; the process before it is still ending. New ports are granted already.</summary>
    Restarting,

    /// <summary>Callers see it stopped; the process is still ending and holds its ports.</summary>
    Stopping,

    /// <summary>The process is gone and the ports are given back. Final.</summary>
    Stopped,
}

/// <summary>The status callers see.</summary>
public enum ServerStatus
{
    /// <summary>Not yet open to players.</summary>
    Launching,

    /// <summary>Open to players.</summary>
    Running,

    /// <summary>Over.</summary>
    Stopped,
}

/// <summary>The kind of hosting a size implies.</summary>
public enum ServiceType
{
    /// <summary>A match: lives as long as its TTL or its process.</summary>
    MatchBased,

    /// <summary>A world: no TTL, always restarted.</summary>
    PersistentWorld,
}
