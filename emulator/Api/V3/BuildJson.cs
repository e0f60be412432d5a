using System.Text.Json;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The build object of the API, and the word a build is accepted with.</summary>
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
        json.WriteString("build_type"u8, build.Type is BuildType.Zip ? "zip"u8 : "docker_image"u8);
        json.WriteString("executable_path"u8, build.ExecutablePath);
        json.WriteString("image_url"u8, build.ImageUrl);
        json.WriteEndObject();
    }

    /// <summary>Answers that a build is being processed.</summary>
    public static Task WriteAcceptedAsync(HttpContext http, Build build, string message) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status202Accepted, (build, message), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, "processing"u8);
            json.WriteString("build_id"u8, answer.build.Id.Value);
            json.WriteString("message"u8, answer.message);
            json.WriteEndObject();
        });

    private static string WordOf(BuildState state) => state switch
    {
        BuildState.Uploading => "uploading",
        BuildState.Processing => "processing",
        BuildState.Ready => "ready",
        BuildState.Failed => "failed",
        _ => "deleted",
    };
}
