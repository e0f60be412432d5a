using System.Text.Json;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Read what all servers of a project say, as one log, page after page.</summary>
internal sealed class ProjectLogEndpoint(FleetOrchestrator fleet, TimeProvider time)
{
    /// <summary>Maps it.</summary>
    public void Map(ApiRoutes routes) => routes.Get("/projects/logs", ApiOperation.ReadProject, ReadAsync);

    private async Task ReadAsync(ApiCall call)
    {
        var (http, project, _) = call;
        if (!Read(http.Request.Query, time.GetUtcNow()).TryGetValue(out var asked, out var problem))
        {
            await ErrorAnswer.WriteAsync(http, problem);
            return;
        }

        // One more than asked for tells whether anything is left.
        var lines = await fleet.ReadProjectLogAsync(project.Id, asked with { Limit = asked.Limit + 1 }, http.RequestAborted);
        var servers = new Dictionary<string, GameServer?>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (!servers.ContainsKey(line.Source.Id))
            {
                servers[line.Source.Id] = await fleet.FindServerAsync(project.Id, new InstanceId(line.Source.Id), http.RequestAborted);
            }
        }

        await JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, (lines, servers, asked.Limit), static (json, page) => Write(json, page.lines, page.servers, page.Limit));
    }

    // The next page is asked for by its cursor as start_time; as next_token it is understood, too.
    private static Result<LogQuery> Read(IQueryCollection parameters, DateTimeOffset now)
    {
        var violations = new ViolationList();
        var query = new QueryFields(parameters, violations);
        var startName = query.Find("next_token") is null ? "start_time" : "next_token";
        var startText = query.Find(startName);
        violations.Add(startText is null ? Violation.Required(FieldPath.Of(startName)) : null);
        var start = LogCursor.Read(FieldPath.Of(startName), startText, now, violations);
        var endPath = FieldPath.Of("end_time");
        var endText = query.Find("end_time");
        var end = LogCursor.Read(endPath, endText, now, violations);
        if (end.AfterSequence > 0)
        {
            violations.Add(Violation.BadFormat(endPath, "Invalid datetime"));
        }

        var limit = query.Integer("limit", 1, 1000, 500);
        return violations.IsEmpty
            ? new LogQuery
            {
                AfterSequence = start.AfterSequence,
                After = start.After,
                Until = endText is null ? null : end.After ?? DateTimeOffset.MinValue,
                Limit = limit,
            }
            : violations.ToProblem("start_time", "next_token", "end_time", "limit");
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<LogRecord> lines, Dictionary<string, GameServer?> servers, int limit)
    {
        json.WriteStartObject();
        var next = LogPage.Write(json, lines, limit, servers, static (json, line, servers) =>
        {
            var server = servers[line.Source.Id];
            LogJson.Begin(json, line);
            json.WriteString("instance"u8, line.Source.Id);
            json.WriteString("region"u8, server?.Spec.Region);
            json.WriteString("server_name"u8, server?.Spec.Name);
            json.WriteEndObject();
        });
        json.WriteString("next_token"u8, next);
        json.WriteEndObject();
    }
}
