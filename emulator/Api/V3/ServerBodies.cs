using System.Text.Json;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The bodies of the server operations, read field by field and checked as a whole.</summary>
internal static class ServerBodies
{
    private static readonly string[] Sizes = [.. ComputeSize.All.Select(size => size.Name)];

    /// <summary>The body of a start.</summary>
    public static Result<ServerStart> Start(JsonElement body, FleetRules rules, ApiConduct conduct)
    {
        var violations = new ViolationList();
        var fields = new BodyFields(body, FieldPath.Root, violations, conduct.AcceptNulls);
        return new StartServerRequest
        {
            Name = fields.Text("name"),
            Region = fields.Text("region"),
            ComputeSize = fields.Word("compute_size", Sizes),
            VersionTag = fields.Text("version_tag"),
            Version = fields.Integer("version"),
            StartupArgs = fields.Text("startup_args"),
            Ttl = fields.Integer("ttl"),
            AutoRestart = fields.Boolean("auto_restart"),
            CustomData = fields.Object("custom_data"),
            MatchId = fields.Text("match_id"),
            EnvironmentVariables = fields.Texts("environment_variables"),
            PortConfigs = fields.Ports("port_configs"),
        }.Validate(rules, violations);
    }

    /// <summary>The body of a restart.</summary>
    public static Result<RestartChanges> Restart(JsonElement body, FleetRules rules, ApiConduct conduct)
    {
        var violations = new ViolationList();
        var fields = new BodyFields(body, FieldPath.Root, violations, conduct.AcceptNulls);
        return new RestartServerRequest
        {
            Name = fields.Text("name"),
            StartupArgs = fields.Text("startup_args"),
            VersionTag = fields.Text("version_tag"),
            Version = fields.Integer("version"),
            Ttl = fields.Integer("ttl"),
            AutoRestart = fields.Boolean("auto_restart"),
            CustomData = fields.Object("custom_data"),
            MatchId = fields.Text("match_id"),
            EnvironmentVariables = fields.Texts("environment_variables"),
            PortConfigs = fields.Ports("port_configs"),
            ComputeSize = fields.Word("compute_size", Sizes),
        }.Validate(rules, violations);
    }

    /// <summary>The body of an update.</summary>
    public static Result<UpdateServer> Update(JsonElement body, ApiConduct conduct)
    {
        var violations = new ViolationList();
        var customData = new BodyFields(body, FieldPath.Root, violations, conduct.AcceptNulls).Object("custom_data");
        return violations.IsEmpty ? new UpdateServer(customData) : violations.ToProblem();
    }
}

/// <summary>An update that passed validation.</summary>
/// <param name="CustomData">The new custom data, or null to leave it.</param>
internal readonly record struct UpdateServer(string? CustomData);
