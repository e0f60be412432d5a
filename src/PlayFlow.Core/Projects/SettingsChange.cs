using System.Collections.Immutable;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Projects;

/// <summary>A change of settings that passed validation: each field that is given replaces the whole of that field.</summary>
public sealed record SettingsChange
{
    /// <summary>New ports, or null to leave them.</summary>
    public ImmutableArray<PortConfig>? Ports { get; init; }

    /// <summary>A new way to authenticate players, a JSON object, or null to leave it.</summary>
    public string? AuthConfig { get; init; }

    /// <summary>New variables, or null to leave them.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Environment { get; init; }

    /// <summary>Whether <see cref="Pool"/> takes the place of the present pool.</summary>
    public bool ReplacesPool { get; init; }

    /// <summary>The new pool; null takes it back.</summary>
    public PoolConfig? Pool { get; init; }

    /// <summary>New lobby configurations, a JSON array, or null to leave them.</summary>
    public string? LobbyConfigs { get; init; }

    /// <summary>True when nothing was given.</summary>
    public bool IsEmpty => Ports is null && AuthConfig is null && Environment is null && !ReplacesPool && LobbyConfigs is null;

    /// <summary>The settings after the change.</summary>
    public ProjectSettings ApplyTo(ProjectSettings present) => present with
    {
        Ports = Ports ?? present.Ports,
        AuthConfig = AuthConfig ?? present.AuthConfig,
        Environment = Environment ?? present.Environment,
        Pool = ReplacesPool ? Pool : present.Pool,
        LobbyConfigs = LobbyConfigs ?? present.LobbyConfigs,
    };

    /// <inheritdoc/>
    public override string ToString() => "SettingsChange { hidden }";
}
