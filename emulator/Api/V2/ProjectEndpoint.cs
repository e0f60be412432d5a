using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>Tells which project a key belongs to: an editor opens the dashboard by it.</summary>
internal static class ProjectEndpoint
{
    /// <summary>Maps it.</summary>
    public static void Map(ApiRoutes routes) => routes.Get("/project", ApiOperation.ReadProject, static call =>
        JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, call.Project.Id, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("project_id"u8, id.Value);
            json.WriteEndObject();
        }));
}
