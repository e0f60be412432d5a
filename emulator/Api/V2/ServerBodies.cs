using System.Text.Json;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>The bodies of the server operations: those fields that version 2 has, of which most may be null.</summary>
internal static class ServerBodies
{
    private static readonly string[] Sizes = [.. ComputeSize.All.Select(size => size.Name)];

    /// <summary>The body of a start.</summary>
    public static Result<ServerStart> Start(JsonElement body, FleetRules rules, ApiConduct conduct)
    {
        var violations = new ViolationList();
        var (required, nullable) = (new BodyFields(body, FieldPath.Root, violations, conduct.AcceptNulls), Nullable(body, violations));
        return new StartServerRequest
        {
            Name = required.Text("name"),
            Region = required.Text("region"),
            ComputeSize = required.Word("compute_size", Sizes),
            VersionTag = TagOf(nullable),
            Version = nullable.IntegerOrText("version"),
            StartupArgs = nullable.Text("startup_args"),
            Ttl = nullable.Integer("ttl"),
            AutoRestart = nullable.Boolean("auto_restart"),
            CustomData = nullable.Object("custom_data"),
        }.Validate(rules, violations);
    }

    /// <summary>The body of a restart. A version means something beside a version tag only.</summary>
    public static Result<RestartChanges> Restart(JsonElement body, FleetRules rules)
    {
        var violations = new ViolationList();
        var fields = Nullable(body, violations);
        var versionTag = TagOf(fields);
        var version = fields.IntegerOrText("version");
        return new RestartServerRequest
        {
            Name = fields.Text("name"),
            StartupArgs = fields.Text("startup_args"),
            VersionTag = versionTag,
            Version = versionTag is null ? null : version,
            Ttl = fields.Integer("ttl"),
            AutoRestart = fields.Boolean("auto_restart"),
            CustomData = fields.Object("custom_data"),
        }.Validate(rules, violations);
    }

    /// <summary>The body of an update: the new custom data, or no text when it is to stay.</summary>
    public static Result<string> CustomData(JsonElement body)
    {
        var violations = new ViolationList();
        var customData = Nullable(body, violations).Object("custom_data");
        return violations.IsEmpty ? customData ?? string.Empty : violations.ToProblem();
    }

    private static BodyFields Nullable(JsonElement body, ViolationList violations) =>
        new(body, FieldPath.Root, violations, acceptNulls: true);

    // An empty one stands for none, as the SDK leaves fields that nobody set; so does an empty version, which it sends as a text.
    private static string? TagOf(BodyFields fields) => fields.Text("version_tag") is { Length: > 0 } tag ? tag : null;
}
