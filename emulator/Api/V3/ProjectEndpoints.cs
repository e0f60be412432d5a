using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Read and change a project's settings.</summary>
internal sealed class ProjectEndpoints(FleetOrchestrator fleet)
{
    /// <summary>Maps them.</summary>
    public void Map(ApiRoutes routes)
    {
        routes.Get("/projects/settings", ApiOperation.ReadProject, Get);
        routes.Post("/projects/settings", ApiOperation.WriteProject, ChangeAsync);
    }

    private static Task Get(ApiCall call) => Write(call, call.Project.Settings);

    private async Task ChangeAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !SettingsBody.Read(body, fleet.Rules, call.Conduct).TryGetValue(out var change, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
        }
        else if (change.IsEmpty)
        {
            await Get(call);
        }
        else
        {
            var changed = await fleet.ChangeSettingsAsync(call.Project.Id, change);
            await (changed.TryGetValue(out var project, out problem)
                ? Write(call, project.Settings)
                : ErrorAnswer.WriteAsync(call, problem));
        }
    }

    private static Task Write(ApiCall call, ProjectSettings settings) =>
        JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, settings, SettingsJson.Write);
}
