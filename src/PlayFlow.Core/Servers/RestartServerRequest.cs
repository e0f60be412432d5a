using System.Collections.Immutable;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Servers;

/// <summary>A restart as a caller wrote it: nothing is checked yet, null keeps the present value.</summary>
public sealed record RestartServerRequest
{
    /// <summary>The fields in schema order, for <see cref="ViolationList.ToProblem"/>.</summary>
    public static ImmutableArray<string> FieldOrder { get; } =
    [
        "name", "startup_args", "version_tag", "version", "ttl", "auto_restart", "custom_data", "match_id",
        "environment_variables", "port_configs", "compute_size",
    ];

    /// <summary>1 to 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A size's name.</summary>
    public string? ComputeSize { get; init; }

    /// <summary>A build's name.</summary>
    public string? VersionTag { get; init; }

    /// <summary>A build's version.</summary>
    public long? Version { get; init; }

    /// <summary>Arguments, at most 4,096 characters.</summary>
    public string? StartupArgs { get; init; }

    /// <summary>Lifetime in seconds, 60 to 86,400.</summary>
    public long? Ttl { get; init; }

    /// <summary>Whether to restart the process when it ends.</summary>
    public bool? AutoRestart { get; init; }

    /// <summary>A JSON object as compact text.</summary>
    public string? CustomData { get; init; }

    /// <summary>A match, at most 255 characters.</summary>
    public string? MatchId { get; init; }

    /// <summary>Variables, replacing the server's own.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? EnvironmentVariables { get; init; }

    /// <summary>Ports, at most 10, replacing the server's own.</summary>
    public IReadOnlyList<PortConfigRequest>? PortConfigs { get; init; }

    /// <summary>Checks every field and gathers every violation.</summary>
    /// <param name="rules">The ranges.</param>
    /// <param name="violations">What the caller found already, types for instance; added to.</param>
    public Result<RestartChanges> Validate(FleetRules rules, ViolationList violations)
    {
        var check = new ServerFields(rules, violations);
        check.Name(Name);
        check.StartupArgs(StartupArgs);
        check.Version(Version);
        check.Ttl(Ttl);
        check.MatchId(MatchId);
        var environment = check.Environment(EnvironmentVariables);
        var ports = check.Ports(PortConfigs);
        var size = check.Size(ComputeSize);
        if (!violations.IsEmpty)
        {
            return violations.ToProblem([.. FieldOrder]);
        }

        return new RestartChanges
        {
            Name = Name,
            Size = size,
            VersionTag = VersionTag,
            Version = (int?)Version,
            StartupArgs = StartupArgs,
            Ttl = Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            AutoRestart = AutoRestart,
            CustomData = CustomData,
            MatchId = MatchId,
            Environment = environment,
            Ports = ports,
        };
    }
}
