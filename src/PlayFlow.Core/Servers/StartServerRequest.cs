using System.Collections.Immutable;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Servers;

/// <summary>A start as a caller wrote it: nothing is checked yet, null means not given.</summary>
public sealed record StartServerRequest
{
    /// <summary>The fields in schema order, for <see cref="ViolationList.ToProblem"/>.</summary>
    public static ImmutableArray<string> FieldOrder { get; } =
    [
        "name", "region", "compute_size", "version_tag", "version", "startup_args", "ttl", "auto_restart", "custom_data",
        "match_id", "environment_variables", "port_configs",
    ];

    /// <summary>Required, 1 to 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Required, a known region.</summary>
    public string? Region { get; init; }

    /// <summary>A size's name; <c>small</c> when not given.</summary>
    public string? ComputeSize { get; init; }

    /// <summary>A build's name.</summary>
    public string? VersionTag { get; init; }

    /// <summary>A build's version.</summary>
    public long? Version { get; init; }

    /// <summary>Arguments, at most 4,096 characters.</summary>
    public string? StartupArgs { get; init; }

    /// <summary>Lifetime in seconds, 60 to 86,400.</summary>
    public long? Ttl { get; init; }

    /// <summary>Whether to restart the process when it ends; false when not given.</summary>
    public bool? AutoRestart { get; init; }

    /// <summary>A JSON object as compact text.</summary>
    public string? CustomData { get; init; }

    /// <summary>A match, at most 255 characters.</summary>
    public string? MatchId { get; init; }

    /// <summary>Variables.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? EnvironmentVariables { get; init; }

    /// <summary>Ports, at most 10; none means the project's.</summary>
    public IReadOnlyList<PortConfigRequest>? PortConfigs { get; init; }

    /// <summary>Checks every field and gathers every violation.</summary>
    /// <param name="rules">The ranges.</param>
    /// <param name="violations">What the caller found already, types for instance; added to.</param>
    public Result<ServerStart> Validate(FleetRules rules, ViolationList violations)
    {
        var check = new ServerFields(rules, violations);
        check.RequiredName(Name);
        check.RequiredRegion(Region);
        var size = check.Size(ComputeSize) ?? Catalog.ComputeSize.Small;
        check.Version(Version);
        check.StartupArgs(StartupArgs);
        check.Ttl(Ttl);
        check.MatchId(MatchId);
        var environment = check.Environment(EnvironmentVariables);
        var ports = check.Ports(PortConfigs);
        if (!violations.IsEmpty)
        {
            return violations.ToProblem([.. FieldOrder]);
        }

        var spec = new ServerSpec
        {
            Name = Name!,
            Region = Region!,
            Size = size,
            StartupArgs = StartupArgs,
            Ttl = Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            AutoRestart = AutoRestart ?? false,
            CustomData = CustomData,
            MatchId = MatchId,
            Environment = environment ?? [],
            Ports = ports ?? [],
        };
        return new ServerStart(spec, VersionTag, (int?)Version);
    }
}

/// <summary>A start that passed validation.</summary>
/// <param name="Spec">What the server is to be; its match id may still be null.</param>
/// <param name="VersionTag">A build's name, or null.</param>
/// <param name="Version">A build's version, or null.</param>
public sealed record ServerStart(ServerSpec Spec, string? VersionTag, int? Version);

/// <summary>A port as a caller wrote it.</summary>
public sealed record PortConfigRequest
{
    /// <summary>Required; unique in its list.</summary>
    public string? Name { get; init; }

    /// <summary>Required, 1 to 65,535.</summary>
    public long? InternalPort { get; init; }

    /// <summary>Required: <c>udp</c> or <c>tcp</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>Whether players connect through TLS; false when not given, and always for UDP.</summary>
    public bool? TlsEnabled { get; init; }

    /// <summary>The entry's id, in a project's settings.</summary>
    public string? Id { get; init; }
}
