using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>List, start, read, update, restart and stop servers.</summary>
internal sealed class ServerEndpoints(FleetOrchestrator fleet)
{
    private const int MaxReasonLength = 255;

    private readonly ServerBytes _bytes = new();

    /// <summary>Maps them.</summary>
    public void Map(ApiRoutes routes)
    {
        routes.Get("/servers", ApiOperation.ListServers, List);
        routes.Post("/servers/start", ApiOperation.StartServer, StartAsync);
        routes.Get("/servers/{instance_id}", ApiOperation.GetServer, GetAsync);
        routes.Delete("/servers/{instance_id}", ApiOperation.StopServer, StopAsync);
        routes.Post("/servers/{instance_id}/update", ApiOperation.UpdateServer, UpdateAsync);
        routes.Post("/servers/{instance_id}/restart", ApiOperation.RestartServer, RestartAsync);
    }

    private Task List(ApiCall call)
    {
        var violations = new ViolationList();
        var query = new QueryFields(call.Http.Request.Query, violations);
        var includeLaunching = query.Boolean("include_launching", false);
        var includePool = query.Boolean("include_pool", false);
        var limit = query.Integer("limit", 1, 100, 50);
        var page = new Page(query.Integer("offset", 0, int.MaxValue, 0), limit);
        if (!violations.IsEmpty)
        {
            return ErrorAnswer.WriteAsync(call, violations.ToProblem());
        }

        var (servers, total) = fleet.ListServers(call.Project.Id, includeLaunching, includePool, page.Offset, page.Limit);
        return ServerList.WriteAsync(call.Http, servers, total, page, _bytes);
    }

    private async Task StartAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !ServerBodies.Start(body, fleet.Rules, call.Conduct).TryGetValue(out var start, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
            return;
        }

        await WriteAsync(call, StatusCodes.Status201Created, await fleet.StartServerAsync(call.Project.Id, start));
    }

    private async Task GetAsync(ApiCall call) =>
        await WriteAsync(call, await fleet.FindServerAsync(call.Project.Id, IdOf(call), call.Http.RequestAborted));

    private async Task UpdateAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !ServerBodies.Update(body, call.Conduct).TryGetValue(out var update, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
        }
        else if (update.CustomData is { } customData)
        {
            await WriteAsync(
                call, StatusCodes.Status200OK, await fleet.ReplaceCustomDataAsync(call.Project.Id, IdOf(call), customData));
        }
        else
        {
            await GetAsync(call);
        }
    }

    private async Task RestartAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !ServerBodies.Restart(body, fleet.Rules, call.Conduct).TryGetValue(out var changes, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
            return;
        }

        await WriteAsync(call, StatusCodes.Status200OK, await fleet.RestartServerAsync(call.Project.Id, IdOf(call), changes));
    }

    private async Task StopAsync(ApiCall call)
    {
        var violations = new ViolationList();
        var word = new QueryFields(call.Http.Request.Query, violations).Text("shutdown_reason", 0, MaxReasonLength);
        if (!violations.IsEmpty)
        {
            await ErrorAnswer.WriteAsync(call, violations.ToProblem());
            return;
        }

        var stopped = await fleet.StopServerAsync(call.Project.Id, IdOf(call), ReasonOf(word));
        await (stopped.Problem is { } problem
            ? ErrorAnswer.WriteAsync(call, problem)
            : JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, """{"status":"stopped"}"""u8));
    }

    private Task WriteAsync(ApiCall call, GameServer? server) => server is null
        ? ErrorAnswer.WriteAsync(call, Problem.ServerNotFound)
        : JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, _bytes.Of(server));

    // The bytes are not kept: what a command has just changed is soon something else.
    private static Task WriteAsync(ApiCall call, int status, Result<GameServer> result) =>
        result.TryGetValue(out var server, out var problem)
            ? JsonAnswer.WriteAsync(call.Http, status, server, ServerJson.Write)
            : ErrorAnswer.WriteAsync(call, problem);

    private static InstanceId IdOf(ApiCall call) => new(call.RouteValue("instance_id"));

    // The word becomes part of a log line: it must not be able to begin another one.
    private static StopReason ReasonOf(string? word) => string.IsNullOrWhiteSpace(word)
        ? StopReason.ShutdownSignal
        : new StopReason(string.Create(word.Length, word, static (line, word) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(word[i]) ? ' ' : word[i];
            }
        }));
}
