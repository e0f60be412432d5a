using PlayFlow.Core.Builds;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Upload, process, read and delete builds.</summary>
internal sealed class BuildEndpoints(FleetOrchestrator fleet, ArtefactStore artefacts, UploadTickets tickets)
{
    private static readonly Problem NothingUploaded =
        new(ProblemCode.InvalidState, "Nothing was uploaded for this build yet: PUT the ZIP to its upload URL first");

    /// <summary>Maps them.</summary>
    public void Map(ApiRoutes routes)
    {
        routes.Get("/builds", ApiOperation.ReadBuilds, ListAsync);
        routes.Post("/builds/upload-url", ApiOperation.WriteBuilds, CreateUploadAsync);
        routes.Post("/builds/docker-image", ApiOperation.WriteBuilds, CreateImageAsync);
        routes.Post("/builds/{build_id}/process", ApiOperation.WriteBuilds, ProcessAsync);
        routes.Get("/builds/{build_id}", ApiOperation.ReadBuilds, GetAsync);
        routes.Delete("/builds/{build_id}", ApiOperation.WriteBuilds, DeleteAsync);
    }

    private Task ListAsync(ApiCall call)
    {
        var violations = new ViolationList();
        var query = new QueryFields(call.Http.Request.Query, violations);
        var limit = query.Integer("limit", 1, 100, 50);
        var page = new Page(query.Integer("offset", 0, int.MaxValue, 0), limit);
        if (!violations.IsEmpty)
        {
            return ErrorAnswer.WriteAsync(call, violations.ToProblem());
        }

        var (builds, total) = fleet.ListBuilds(call.Project.Id, query.Find("name"), page.Offset, page.Limit);
        return JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, (builds, total, page), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteNumber("total"u8, list.total);
            json.WriteNumber("total_builds"u8, list.total);
            json.WriteStartArray("builds"u8);
            foreach (var build in list.builds)
            {
                BuildJson.Write(json, build);
            }

            json.WriteEndArray();
            list.page.WriteEnd(json, list.builds.Count, list.total);
            json.WriteEndObject();
        });
    }

    private async Task CreateUploadAsync(ApiCall call)
    {
        var http = call.Http;
        if (!BuildFields.Upload(http.Request.Query).TryGetValue(out var asked, out var problem)
            || !(await fleet.CreateBuildAsync(call.Project.Id, asked.Name, BuildType.Zip, asked.ExecutablePath)).TryGetValue(out var build, out problem))
        {
            await ErrorAnswer.WriteAsync(http, problem);
            return;
        }

        await UploadEndpoint.WriteUrlAsync(http, StatusCodes.Status201Created, build, tickets.Issue(build.Id));
    }

    private async Task CreateImageAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !BuildFields.Image(body, call.Conduct).TryGetValue(out var asked, out problem)
            || !(await fleet.CreateBuildAsync(
                    call.Project.Id, asked.Name, BuildType.DockerImage, asked.ExecutablePath, asked.ImageUrl, credentials: asked.Credentials))
                .TryGetValue(out var build, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
            return;
        }

        await BuildJson.WriteAcceptedAsync(call.Http, build, "Docker image build accepted");
    }

    private async Task ProcessAsync(ApiCall call)
    {
        var name = call.Http.Request.Query.TryGetValue("name", out var names) ? names[0] : null;
        if (Find(call) is not { State: not BuildState.Deleted } build || (name is not null && name != build.Name))
        {
            await ErrorAnswer.WriteAsync(call, Problem.BuildNotFound);
            return;
        }

        if (build.State is BuildState.Uploading && !artefacts.HasUpload(build.Id))
        {
            await ErrorAnswer.WriteAsync(call, NothingUploaded);
            return;
        }

        var result = await fleet.ProcessBuildAsync(build.Id);
        await (result.TryGetValue(out var processed, out var problem)
            ? BuildJson.WriteAcceptedAsync(call.Http, processed, "Build processing has started")
            : ErrorAnswer.WriteAsync(call, problem));
    }

    private Task GetAsync(ApiCall call) => Find(call) is { } build
        ? JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, build, BuildJson.Write)
        : ErrorAnswer.WriteAsync(call, Problem.BuildNotFound);

    private async Task DeleteAsync(ApiCall call)
    {
        var result = await fleet.DeleteBuildAsync(call.Project.Id, IdOf(call));
        await (result.Problem is { } problem
            ? ErrorAnswer.WriteAsync(call, problem)
            : JsonAnswer.WriteAsync(
                call.Http, StatusCodes.Status200OK, """{"status":"success","message":"Build deleted successfully"}"""u8));
    }

    private Build? Find(ApiCall call) => fleet.FindBuild(call.Project.Id, IdOf(call));

    private static BuildId IdOf(ApiCall call) => new(call.RouteValue("build_id"));
}
