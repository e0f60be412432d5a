using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>
/// List, start, read, update, restart and stop servers. Answers hold the newer server object, which has every field of the
/// older one.
/// </summary>
internal sealed class ServerEndpoints(FleetOrchestrator fleet)
{
    private const string StatusHeader = "X-Server-Status";

    private readonly ServerBytes _bytes = new();

    /// <summary>Maps them.</summary>
    public void Map(ApiRoutes routes)
    {
        routes.Get("/servers", ApiOperation.ListServers, List);
        routes.Post("/servers/start", ApiOperation.StartServer, StartAsync);
        routes.Get("/servers/{instance_id}", ApiOperation.GetServer, GetAsync);
        routes.Delete("/servers/{instance_id}", ApiOperation.StopServer, StopAsync);
        routes.Put("/servers/{instance_id}/update", ApiOperation.UpdateServer, ReportAsync);
        routes.Post("/servers/{instance_id}/update", ApiOperation.UpdateServer, UpdateAsync);
        routes.Post("/servers/{instance_id}/restart", ApiOperation.RestartServer, RestartAsync);
    }

    private Task List(ApiCall call)
    {
        var violations = new ViolationList();
        var includeLaunching = new QueryFields(call.Http.Request.Query, violations).Boolean("include_launching", false);
        if (!violations.IsEmpty)
        {
            return ErrorAnswer.WriteAsync(call, violations.ToProblem());
        }

        var (servers, total) = fleet.ListServers(call.Project.Id, includeLaunching, includePool: false, 0, int.MaxValue);
        return JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, (servers, total, _bytes), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteNumber("total_servers"u8, list.total);
            json.WriteStartArray("servers"u8);
            foreach (var server in list.servers)
            {
                json.WriteRawValue(list._bytes.Of(server), skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task StartAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !ServerBodies.Start(body, fleet.Rules, call.Conduct).TryGetValue(out var start, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
            return;
        }

        await WriteAsync(call, await fleet.StartServerAsync(call.Project.Id, start), StatusCodes.Status201Created);
    }

    private async Task GetAsync(ApiCall call) =>
        await WriteAsync(call, await fleet.FindServerAsync(call.Project.Id, IdOf(call), call.Http.RequestAborted) ?? (Result<GameServer>)Problem.ServerNotFound);

    // The process tells of itself; there is nothing it could tell but that it is ready.
    private async Task ReportAsync(ApiCall call)
    {
        var path = FieldPath.Of(StatusHeader);
        var word = call.Http.Request.Headers[StatusHeader].ToString();
        var running = ServerWords.Of(ServerStatus.Running);
        await (word == running
            ? WriteAsync(call, await fleet.ReportSelfRunningAsync(call.Project.Id, IdOf(call)))
            : ErrorAnswer.WriteAsync(call, Problem.Invalid(
                [word.Length == 0 ? Violation.Required(path) : Violation.NotInEnum(path, [running], word)])));
    }

    private async Task UpdateAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !ServerBodies.CustomData(body).TryGetValue(out var customData, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
        }
        else if (customData.Length > 0)
        {
            await WriteAsync(call, await fleet.ReplaceCustomDataAsync(call.Project.Id, IdOf(call), customData));
        }
        else
        {
            await GetAsync(call);
        }
    }

    private async Task RestartAsync(ApiCall call)
    {
        if (!(await RequestBody.ReadAsync(call.Http)).TryGetValue(out var body, out var problem)
            || !ServerBodies.Restart(body, fleet.Rules).TryGetValue(out var changes, out problem))
        {
            await ErrorAnswer.WriteAsync(call, problem);
            return;
        }

        await WriteAsync(call, await fleet.RestartServerAsync(call.Project.Id, IdOf(call), changes));
    }

    private async Task StopAsync(ApiCall call)
    {
        var stopped = await fleet.StopServerAsync(call.Project.Id, IdOf(call), StopReason.ShutdownSignal);
        await (stopped.Problem is { } problem
            ? ErrorAnswer.WriteAsync(call, problem)
            : JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, """{"status":"stopped"}"""u8));
    }

    private Task WriteAsync(ApiCall call, Result<GameServer> result, int status = StatusCodes.Status200OK) =>
        result.TryGetValue(out var server, out var problem)
            ? JsonAnswer.WriteAsync(call.Http, status, _bytes.Of(server))
            : ErrorAnswer.WriteAsync(call, problem);

    private static InstanceId IdOf(ApiCall call) => new(call.RouteValue("instance_id"));
}
