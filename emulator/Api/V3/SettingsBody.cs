using System.Collections.Immutable;
using System.Text.Json;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The body of a change of settings: each field that is given replaces the whole of that field.</summary>
internal sealed record SettingsBody
{
    private const int MaxLobbyConfigs = 20;

    private static readonly string[] AuthProviders = ["none", "custom_jwt", "playfab", "steam"];

    /// <summary>New ports, or null to leave them.</summary>
    public ImmutableArray<PortConfig>? Ports { get; private init; }

    /// <summary>New variables, or null to leave them.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Environment { get; private init; }

    /// <summary>A new way to authenticate players, or null to leave it.</summary>
    public string? AuthConfig { get; private init; }

    /// <summary>Whether <see cref="Pool"/> replaces the present one.</summary>
    public bool HasPool { get; private init; }

    /// <summary>The new pool.</summary>
    public PoolConfig? Pool { get; private init; }

    /// <summary>New lobby configurations, or null to leave them.</summary>
    public string? LobbyConfigs { get; private init; }

    /// <summary>Reads and checks a body.</summary>
    public static Result<SettingsBody> Read(JsonElement body, FleetRules rules)
    {
        var violations = new ViolationList();
        var fields = new BodyFields(body, FieldPath.Root, violations);
        var settings = new SettingsBody
        {
            Ports = PortList.Validate(FieldPath.Of("port_configs"), fields.Ports("port_configs"), violations),
            AuthConfig = ReadAuthConfig(fields, violations),
            Environment = ProjectVariables.Read(fields, violations),
            HasPool = body.TryGetProperty("pool_config", out _),
            Pool = PoolBody.Read(fields, rules, violations),
            LobbyConfigs = ReadLobbyConfigs(fields, violations),
        };
        return violations.IsEmpty
            ? settings
            : violations.ToProblem("port_configs", "auth_config", "environment_variables", "pool_config", "lobby_configs");
    }

    /// <summary>The settings after the change.</summary>
    /// <param name="present">The settings before it.</param>
    /// <param name="ids">Where ports that bring no id get one.</param>
    public ProjectSettings Apply(ProjectSettings present, IIdSource ids) => present with
    {
        Ports = Ports is { } ports ? [.. ports.Select(port => port.Id is null ? port with { Id = ids.Next() } : port)] : present.Ports,
        Environment = Environment ?? present.Environment,
        AuthConfig = AuthConfig ?? present.AuthConfig,
        Pool = HasPool ? Pool : present.Pool,
        LobbyConfigs = LobbyConfigs ?? present.LobbyConfigs,
    };

    // Only the provider is published; what else stands there is kept as it is.
    private static string? ReadAuthConfig(BodyFields fields, ViolationList violations)
    {
        if (fields.Fields("auth_config") is not { } auth)
        {
            return null;
        }

        var path = FieldPath.Of("auth_config").Field("provider");
        var provider = auth.Word("provider", AuthProviders);
        violations.Add(provider is null ? Violation.Required(path)
            : AuthProviders.Contains(provider) ? null
            : Violation.NotInEnum(path, AuthProviders, provider));
        return fields.Object("auth_config");
    }

    private static string? ReadLobbyConfigs(BodyFields fields, ViolationList violations)
    {
        if (fields.Items("lobby_configs") is not { } items)
        {
            return null;
        }

        var path = FieldPath.Of("lobby_configs");
        if (items.Count > MaxLobbyConfigs)
        {
            violations.Add(Violation.TooManyItems(path, MaxLobbyConfigs));
            return null;
        }

        foreach (var item in items)
        {
            _ = (item.Text("id"), item.Text("name"));
        }

        return fields.Array("lobby_configs");
    }
}
