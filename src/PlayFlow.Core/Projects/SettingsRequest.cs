using System.Collections.Immutable;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Projects;

/// <summary>A change of a project's settings as a caller wrote it: nothing is checked yet, null means not given.</summary>
public sealed record SettingsRequest
{
    /// <summary>The fields in schema order, for <see cref="ViolationList.ToProblem"/>.</summary>
    public static ImmutableArray<string> FieldOrder { get; } =
        ["port_configs", "auth_config", "environment_variables", "pool_config", "lobby_configs"];

    /// <summary>The ways to authenticate players.</summary>
    public static ImmutableArray<string> AuthProviders { get; } = ["none", "custom_jwt", "playfab", "steam"];

    /// <summary>Ports, at most 10.</summary>
    public IReadOnlyList<PortConfigRequest>? PortConfigs { get; init; }

    /// <summary>How players are authenticated.</summary>
    public AuthConfigRequest? AuthConfig { get; init; }

    /// <summary>Variables, at most 64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? EnvironmentVariables { get; init; }

    /// <summary>The warm pool.</summary>
    public PoolConfigRequest? PoolConfig { get; init; }

    /// <summary>Whether the pool was given as null, which takes it back.</summary>
    public bool RemovesPool { get; init; }

    /// <summary>Lobby configurations, at most 20.</summary>
    public LobbyConfigsRequest? LobbyConfigs { get; init; }

    /// <summary>Checks every field and gathers every violation.</summary>
    /// <param name="rules">Which regions there are.</param>
    /// <param name="violations">What the caller found already, types for instance; added to.</param>
    public Result<SettingsChange> Validate(FleetRules rules, ViolationList violations)
    {
        var check = new SettingsFields(rules, violations);
        var ports = check.Ports(PortConfigs);
        check.AuthConfig(AuthConfig);
        check.Environment(EnvironmentVariables);
        var pool = check.Pool(PoolConfig);
        check.LobbyConfigs(LobbyConfigs);
        return violations.IsEmpty
            ? new SettingsChange
            {
                Ports = ports,
                AuthConfig = AuthConfig?.Json,
                Environment = EnvironmentVariables is null ? null : [.. EnvironmentVariables],
                ReplacesPool = RemovesPool || pool is not null,
                Pool = pool,
                LobbyConfigs = LobbyConfigs?.Json,
            }
            : violations.ToProblem([.. FieldOrder]);
    }

    /// <inheritdoc/>
    public override string ToString() => "SettingsRequest { hidden }";
}

/// <summary>How players are authenticated, as a caller wrote it. Only the provider is published; the rest is kept as it is.</summary>
/// <param name="Provider">Required.</param>
/// <param name="Json">All of it, a JSON object as compact text.</param>
public sealed record AuthConfigRequest(string? Provider, string Json)
{
    /// <inheritdoc/>
    public override string ToString() => $"AuthConfigRequest {{ Provider = {Provider} }}";
}

/// <summary>A warm pool as a caller wrote it.</summary>
/// <param name="Enabled">Required.</param>
/// <param name="Targets">How many of what.</param>
public sealed record PoolConfigRequest(bool? Enabled, IReadOnlyList<PoolTargetRequest> Targets);

/// <summary>A number of warm servers as a caller wrote it.</summary>
/// <param name="Region">A region.</param>
/// <param name="Size">A size's name, or null for a region without any.</param>
/// <param name="Count">From 0 to 10; null when it was found wrong already.</param>
public readonly record struct PoolTargetRequest(string Region, string? Size, long? Count);

/// <summary>Lobby configurations as a caller wrote them; hosting servers acts on none of it.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Json">All of them, a JSON array as compact text.</param>
public sealed record LobbyConfigsRequest(int Count, string Json);
