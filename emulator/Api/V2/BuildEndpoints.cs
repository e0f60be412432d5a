using PlayFlow.Core.Builds;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>List builds, find or delete them by id or by name, and ask for an upload URL.</summary>
internal sealed class BuildEndpoints(FleetOrchestrator fleet, UploadTickets tickets)
{
    /// <summary>Maps them.</summary>
    public void Map(ApiRoutes routes)
    {
        routes.Get("/builds/builds", ApiOperation.ReadBuilds, List);
        routes.Post("/builds/builds/upload-url", ApiOperation.WriteBuilds, CreateUploadAsync);
        routes.Get("/builds/builds/{build}", ApiOperation.ReadBuilds, Find);
        routes.Delete("/builds/builds/{build}", ApiOperation.WriteBuilds, DeleteAsync);
    }

    private Task List(ApiCall call)
    {
        var builds = All(call, call.Http.Request.Query.TryGetValue("name", out var names) ? names[0] : null);
        return JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, builds, static (json, builds) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("builds"u8);
            foreach (var build in builds)
            {
                BuildJson.Write(json, build);
            }

            json.WriteEndArray();
            json.WriteNumber("total_builds"u8, builds.Count);
            json.WriteEndObject();
        });
    }

    // Whatever body comes with it says nothing.
    private async Task CreateUploadAsync(ApiCall call)
    {
        var http = call.Http;
        var violations = new ViolationList();
        var name = new QueryFields(http.Request.Query, violations).Text("name", 1, Build.MaxNameLength) ?? Build.DefaultName;
        if (!violations.IsEmpty)
        {
            await ErrorAnswer.WriteAsync(http, violations.ToProblem());
            return;
        }

        var created = await fleet.CreateBuildAsync(call.Project.Id, name, BuildType.Zip, Build.DefaultExecutablePath);
        if (!created.TryGetValue(out var build, out var problem))
        {
            await ErrorAnswer.WriteAsync(http, problem);
            return;
        }

        await UploadEndpoint.WriteUrlAsync(http, StatusCodes.Status200OK, build, tickets.Issue(build.Id));
    }

    // Its older clients look a build up by its name, of which the latest counts, its newer ones by its id.
    private Task Find(ApiCall call)
    {
        var wanted = call.RouteValue("build");
        var build = fleet.FindBuild(call.Project.Id, new BuildId(wanted))
            ?? (fleet.ListBuilds(call.Project.Id, wanted, 0, 1).Builds is [var latest] ? latest : null);
        return JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, (wanted, build), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, answer.build?.Name ?? answer.wanted);
            json.WritePropertyName("build"u8);
            if (answer.build is { } build)
            {
                BuildJson.Write(json, build);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteBoolean("found"u8, answer.build is not null);
            json.WriteString("message"u8, answer.build is null ? "Build not found"u8 : "Build found"u8);
            json.WriteEndObject();
        });
    }

    private async Task DeleteAsync(ApiCall call)
    {
        var wanted = call.RouteValue("build");
        var builds = fleet.FindBuild(call.Project.Id, new BuildId(wanted)) is { } one ? [one] : All(call, wanted);
        var problem = builds.Count == 0 ? Problem.BuildNotFound : null;
        foreach (var build in builds)
        {
            problem ??= (await fleet.DeleteBuildAsync(call.Project.Id, build.Id)).Problem;
        }

        await (problem is null
            ? JsonAnswer.WriteAsync(
                call.Http, StatusCodes.Status200OK, """{"status":"success","message":"Build deleted successfully"}"""u8)
            : ErrorAnswer.WriteAsync(call, problem));
    }

    private IReadOnlyList<Build> All(ApiCall call, string? name) => fleet.ListBuilds(call.Project.Id, name, 0, int.MaxValue).Builds;
}
