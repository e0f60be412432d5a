using System.Text.Json;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Read a server's log, page after page.</summary>
internal sealed class ServerLogEndpoint(FleetOrchestrator fleet, TimeProvider time)
{
    /// <summary>Maps it.</summary>
    public void Map(ApiRoutes routes) => routes.Get("/servers/{instance_id}/logs", ApiOperation.ReadServerLogs, ReadAsync);

    private async Task ReadAsync(ApiCall call)
    {
        var (http, project, _) = call;
        var violations = new ViolationList();
        var query = new QueryFields(http.Request.Query, violations);
        var start = LogCursor.Read(FieldPath.Of("start_time"), query.Find("start_time"), time.GetUtcNow(), violations);
        var limit = query.Integer("limit", 1, 1000, 200);
        if (!violations.IsEmpty)
        {
            await ErrorAnswer.WriteAsync(http, violations.ToProblem());
            return;
        }

        if (await fleet.FindServerAsync(project.Id, new InstanceId(call.RouteValue("instance_id")), http.RequestAborted) is not { } server)
        {
            await ErrorAnswer.WriteAsync(http, Problem.ServerNotFound);
            return;
        }

        // One more than asked for tells whether anything is left.
        var asked = new LogQuery { AfterSequence = start.AfterSequence, After = start.After, Limit = limit + 1 };
        var lines = await fleet.ReadServerLogAsync(server, asked, http.RequestAborted);
        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (server, lines, limit), static (json, page) => Write(json, page.server, page.lines, page.limit));
    }

    private static void Write(Utf8JsonWriter json, GameServer server, IReadOnlyList<LogRecord> lines, int limit)
    {
        json.WriteStartObject();
        var next = LogPage.Write(json, lines, limit, server, static (json, line, server) =>
        {
            LogJson.Begin(json, line);
            json.WriteString("instance"u8, server.Id.Value);
            json.WriteString("region"u8, server.Spec.Region);
            json.WriteEndObject();
        });
        json.WriteString("instance_id"u8, server.Id.Value);
        json.WriteString("machine_id"u8, MachineId.Of(server));
        json.WriteString("next_token"u8, next);
        json.WriteEndObject();
    }
}
