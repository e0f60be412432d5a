using System.Text.Json;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>The build object of version 2.</summary>
internal static class BuildJson
{
    /// <summary>Writes a build.</summary>
    public static void Write(Utf8JsonWriter json, Build build)
    {
        json.WriteStartObject();
        json.WriteString("build_id"u8, build.Id.Value);
        json.WriteString("name"u8, build.Name);
        json.WriteNumber("version"u8, build.Version);
        json.WriteString("status"u8, WordOf(build.State));
        WireTime.Write(json, "created_at"u8, build.CreatedAt);
        WireTime.Write(json, "updated_at"u8, build.UpdatedAt);
        json.WriteEndObject();
    }

    // Its clients know no word for a build that is being processed: for them it is not there yet.
    private static string WordOf(BuildState state) => state switch
    {
        BuildState.Uploading or BuildState.Processing => "uploading",
        BuildState.Ready => "ready",
        BuildState.Failed => "failed",
        _ => "deleted",
    };
}
