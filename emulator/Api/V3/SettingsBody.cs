using System.Text.Json;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The body of a change of settings, read field by field and checked as a whole.</summary>
internal static class SettingsBody
{
    /// <summary>Reads and checks a body.</summary>
    public static Result<SettingsChange> Read(JsonElement body, FleetRules rules, ApiConduct conduct)
    {
        var violations = new ViolationList();
        var fields = new BodyFields(body, FieldPath.Root, violations, conduct.AcceptNulls);
        return new SettingsRequest
        {
            PortConfigs = fields.Ports("port_configs"),
            AuthConfig = ReadAuthConfig(fields),
            EnvironmentVariables = fields.Texts("environment_variables"),
            RemovesPool = fields.IsNull("pool_config"),
            PoolConfig = fields.IsNull("pool_config") ? null : ReadPool(fields),
            LobbyConfigs = ReadLobbyConfigs(fields),
        }.Validate(rules, violations);
    }

    private static AuthConfigRequest? ReadAuthConfig(BodyFields fields) => fields.Fields("auth_config") is { } auth
        ? new AuthConfigRequest(auth.Word("provider", SettingsRequest.AuthProviders), fields.Object("auth_config")!)
        : null;

    private static PoolConfigRequest? ReadPool(BodyFields fields) => fields.Fields("pool_config") is { } pool
        ? new PoolConfigRequest(pool.Boolean("enabled"), pool.Fields("regions") is { } regions ? [.. Targets(regions)] : [])
        : null;

    private static IEnumerable<PoolTargetRequest> Targets(BodyFields regions)
    {
        foreach (var region in regions.Names())
        {
            if (regions.Fields(region) is not { } sizes || sizes.Names() is not { Count: > 0 } names)
            {
                yield return new PoolTargetRequest(region, null, null);
                continue;
            }

            foreach (var size in names)
            {
                yield return new PoolTargetRequest(region, size, sizes.Integer(size));
            }
        }
    }

    private static LobbyConfigsRequest? ReadLobbyConfigs(BodyFields fields)
    {
        if (fields.Items("lobby_configs") is not { } items)
        {
            return null;
        }

        foreach (var item in items)
        {
            _ = (item.Text("id"), item.Text("name"));
        }

        return new LobbyConfigsRequest(items.Count, fields.Array("lobby_configs")!);
    }
}
