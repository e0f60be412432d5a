using PlayFlow.Core.Builds;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Read a build's log, page by page.</summary>
internal sealed class BuildLogEndpoint(FleetOrchestrator fleet)
{
    /// <summary>Maps it.</summary>
    public void Map(ApiRoutes routes) => routes.Get("/builds/{build_id}/logs", ApiOperation.ReadBuilds, ReadAsync);

    private async Task ReadAsync(ApiCall call)
    {
        var http = call.Http;
        var violations = new ViolationList();
        var query = new QueryFields(http.Request.Query, violations);
        var limit = query.Integer("limit", 1, 500, 100);
        var page = new Page(query.Integer("offset", 0, int.MaxValue, 0), limit);
        if (!violations.IsEmpty)
        {
            await ErrorAnswer.WriteAsync(http, violations.ToProblem());
            return;
        }

        if (fleet.FindBuild(call.Project.Id, new BuildId(call.RouteValue("build_id"))) is not { } build)
        {
            await ErrorAnswer.WriteAsync(http, Problem.BuildNotFound);
            return;
        }

        var (lines, total) = await fleet.ReadBuildLogAsync(build, page.Offset, page.Limit, http.RequestAborted);
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (build, lines, total, page), static (json, log) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("logs"u8);
            foreach (var line in log.lines)
            {
                LogJson.Begin(json, line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("build_id"u8, log.build.Id.Value);
            json.WriteNumber("total"u8, log.total);
            log.page.WriteEnd(json, log.lines.Count, log.total);
            json.WriteEndObject();
        });
    }
}
