using PlayFlow.Core.Engine;

namespace PlayFlow.Core.Hosting;

/// <summary>Tells which figures of the rules cannot work, alone or together.</summary>
internal static class FleetRulesCheck
{
    private const string At = "Fleet.Rules.";

    public static void Check(FleetRules rules, OptionFaults faults)
    {
        var hasMinimum = faults.RequireSomeTime(rules.MinTtl, At + nameof(rules.MinTtl));
        if (faults.RequireSomeTime(rules.MaxTtl, At + nameof(rules.MaxTtl)) && hasMinimum)
        {
            faults.Require(rules.MinTtl <= rules.MaxTtl, $"{At}MinTtl ({rules.MinTtl}) is longer than {At}MaxTtl ({rules.MaxTtl}).");
        }

        faults.RequireAtLeast(0, rules.MaxAutoRestarts, At + nameof(rules.MaxAutoRestarts));
        var hasFirst = faults.RequireDuration(rules.FirstRestartDelay, At + nameof(rules.FirstRestartDelay));
        if (faults.RequireDuration(rules.LongestRestartDelay, At + nameof(rules.LongestRestartDelay)) && hasFirst)
        {
            faults.Require(
                rules.FirstRestartDelay <= rules.LongestRestartDelay,
                $"{At}FirstRestartDelay ({rules.FirstRestartDelay}) is longer than {At}LongestRestartDelay ({rules.LongestRestartDelay}).");
        }

        faults.RequireDuration(rules.StopGrace, At + nameof(rules.StopGrace));
        faults.RequireSomeTime(rules.KillRetry, At + nameof(rules.KillRetry));
        if (rules.LaunchTimeout is { } timeout)
        {
            faults.RequireSomeTime(timeout, At + nameof(rules.LaunchTimeout));
        }

        faults.RequireDuration(rules.PortCoolDown, At + nameof(rules.PortCoolDown));
        faults.RequireDuration(rules.ForeignPortRest, At + nameof(rules.ForeignPortRest));
        faults.RequireAtLeast(0, rules.StoppedServersInMemory, At + nameof(rules.StoppedServersInMemory));
    }
}
