namespace PlayFlow.Core.Engine;

/// <summary>
/// The figures and switches of the rules. The defaults are the service's published ones, or the recommended choice where it
/// publishes none. Immutable.
/// </summary>
public sealed record FleetRules
{
    /// <summary>The shortest lifetime a caller may ask for; the service's figure.</summary>
    public TimeSpan MinTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest lifetime a caller may ask for; the service's figure.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromSeconds(86_400);

    /// <summary>Automatic restarts before the next exit is final; the service's figure.</summary>
    public int MaxAutoRestarts { get; init; } = 10;

    /// <summary>The pause before the first automatic restart; it doubles with each.</summary>
    public TimeSpan FirstRestartDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before an automatic restart.</summary>
    public TimeSpan LongestRestartDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether an exit with code 0 is restarted too. One page of the service says "exits", another "crashes".</summary>
    public bool RestartAfterCleanExit { get; init; } = true;

    /// <summary>How long a process may take to end after it was asked to, before it is killed.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a kill is waited for before it is repeated.</summary>
    public TimeSpan KillRetry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a server may take to open its ports, or null for as long as it likes.</summary>
    public TimeSpan? LaunchTimeout { get; init; }

    /// <summary>How long a port rests before another server gets it: late packets for the old server must not reach the new one.</summary>
    public TimeSpan PortCoolDown { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a port found held by a process outside the fleet is left alone.</summary>
    public TimeSpan ForeignPortRest { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether any region id is accepted, not only the catalogue's.</summary>
    public bool AcceptAnyRegion { get; init; }

    /// <summary>Whether the client key may start servers; where it may not, only a backend does.</summary>
    public bool ClientKeyMayStart { get; init; } = true;

    /// <summary>Whether a start that names no build falls back to the newest ready one when none is called <c>default</c>.</summary>
    public bool FallBackToNewestBuild { get; init; } = true;

    /// <summary>How many stopped servers stay in memory; older ones move to the store's archive and stay readable.</summary>
    public int StoppedServersInMemory { get; init; } = 1_000;

    /// <summary>The pause before an automatic restart, given how many there were before it.</summary>
    public TimeSpan RestartDelay(int restartsBefore)
    {
        var delay = FirstRestartDelay;
        for (var i = 0; i < restartsBefore && delay < LongestRestartDelay; i++)
        {
            delay += delay;
        }

        return delay < LongestRestartDelay ? delay : LongestRestartDelay;
    }
}
