using System.Net;
using Microsoft.Extensions.Options;

namespace PlayFlow.Core.Docker;

/// <summary>Lists every problem of the options.</summary>
internal sealed class DockerComputeOptionsValidator : IValidateOptions<DockerComputeOptions>
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DockerComputeOptions options)
    {
        var faults = new List<string>();
        Require(!string.IsNullOrWhiteSpace(options.DataDirectory), "DataDirectory is empty.");
        Require(!string.IsNullOrWhiteSpace(options.BaseImage), "BaseImage is empty.");
        Require(options.Endpoint is null || options.Endpoint.IsAbsoluteUri, $"Endpoint '{options.Endpoint}' is no absolute URI.");
        Require(Uri.CheckHostName(options.Address) is not UriHostNameType.Unknown, $"Address '{options.Address}' is neither a name nor an IP address.");
        Require(options.BindAddress is null || IPAddress.TryParse(options.BindAddress, out _), $"BindAddress '{options.BindAddress}' is no IP address.");
        Require(options.Ports.First > 0, "Ports is no range: make one with PortRange.Create.");
        Require(options.MaxProcesses >= 1, FormattableString.Invariant($"MaxProcesses is {options.MaxProcesses}: it is 1 or more."));
        Require(
            options.RequestTimeout > TimeSpan.Zero && options.RequestTimeout <= LongestTimeout,
            FormattableString.Invariant($"RequestTimeout is {options.RequestTimeout}: it is more than 0 and at most an hour."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Require(bool condition, string otherwise)
        {
            if (!condition)
            {
                faults.Add("Docker compute: " + otherwise);
            }
        }
    }
}
