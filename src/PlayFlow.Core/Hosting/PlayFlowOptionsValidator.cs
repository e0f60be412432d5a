using Microsoft.Extensions.Options;
using PlayFlow.Core.Orchestration;

namespace PlayFlow.Core.Hosting;

/// <summary>Lists every problem of the options, those between fields included.</summary>
internal sealed class PlayFlowOptionsValidator : IValidateOptions<PlayFlowOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PlayFlowOptions options)
    {
        var faults = new OptionFaults();
        if (faults.Require(options.Fleet is not null, $"Fleet is null."))
        {
            CheckFleet(options.Fleet!, faults);
        }

        ProjectOptionsCheck.Check(options.Projects, faults);
        return faults.All.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.All);
    }

    private static void CheckFleet(OrchestratorOptions fleet, OptionFaults faults)
    {
        if (faults.Require(fleet.Rules is not null, $"Fleet.Rules is null."))
        {
            FleetRulesCheck.Check(fleet.Rules!, faults);
        }

        faults.Require(
            fleet.ApiUrl is null
                || (Uri.TryCreate(fleet.ApiUrl, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)),
            $"Fleet.ApiUrl '{fleet.ApiUrl}' is not the address of an API: it begins with http:// or https://.");
        faults.RequireAtLeast(1, fleet.MaxConcurrentLaunches, "Fleet.MaxConcurrentLaunches");
        faults.RequireAtLeast(1, fleet.EntriesPerSnapshot, "Fleet.EntriesPerSnapshot");
        faults.RequireTimer(fleet.PoolInterval, "Fleet.PoolInterval");
        faults.Require(fleet.MaxMetricBytes >= 0, $"Fleet.MaxMetricBytes is {fleet.MaxMetricBytes}: it is 0 or more.");
        faults.RequireTimer(fleet.StoreRetryDelay, "Fleet.StoreRetryDelay");
    }
}
