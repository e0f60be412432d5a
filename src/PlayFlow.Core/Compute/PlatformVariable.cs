namespace PlayFlow.Core.Compute;

/// <summary>The environment variables that are the platform's own: what a user sets under such a name does not reach the game.</summary>
public static class PlatformVariable
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "PLAYFLOW_";

    /// <summary>Whether a name is the platform's, in any case: some systems tell variables apart by it, others do not.</summary>
    public static bool IsReserved(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
