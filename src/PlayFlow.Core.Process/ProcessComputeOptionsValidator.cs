using Microsoft.Extensions.Options;

namespace PlayFlow.Core.Process;

/// <summary>Lists every problem of the options.</summary>
internal sealed class ProcessComputeOptionsValidator : IValidateOptions<ProcessComputeOptions>
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProcessComputeOptions options)
    {
        var faults = new List<string>();
        Require(!string.IsNullOrWhiteSpace(options.DataDirectory), "DataDirectory is empty.");
        Require(Uri.CheckHostName(options.Address) is not UriHostNameType.Unknown, $"Address '{options.Address}' is neither a name nor an IP address.");
        Require(options.Ports.First > 0, "Ports is no range: make one with PortRange.Create.");
        Require(options.CachedBuilds >= 1, FormattableString.Invariant($"CachedBuilds is {options.CachedBuilds}: it is 1 or more."));
        Require(
            options.PortConflictTimeout > TimeSpan.Zero && options.PortConflictTimeout <= LongestTimeout,
            FormattableString.Invariant($"PortConflictTimeout is {options.PortConflictTimeout}: it is more than 0 and at most {LongestTimeout.Days} days."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool condition, string otherwise)
        {
            if (!condition)
            {
                faults.Add("Process compute: " + otherwise);
            }
        }
    }
}
