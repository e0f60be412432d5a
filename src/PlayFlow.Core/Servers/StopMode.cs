namespace PlayFlow.Core.Servers;

/// <summary>How firmly a launch is asked to end.</summary>
public enum StopMode
{
    /// <summary>The termination signal: the game may finish what it is doing.</summary>
    Graceful,

    /// <summary>At once, with every process it started.</summary>
    Kill,
}
