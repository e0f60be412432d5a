using System.Text.Json;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Control;

/// <summary>Lists projects, makes one, and gives one new keys. Keys are shown to whoever has just made them, and never again.</summary>
internal sealed class ProjectAdministration(FleetOrchestrator fleet)
{
    /// <summary>Answers with every project.</summary>
    public Task ListAsync(HttpContext http) => JsonAnswer.WriteAsync(
        http, StatusCodes.Status200OK, (fleet, fleet.Projects.OrderBy(project => project.Id.Value, StringComparer.Ordinal)), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("projects"u8);
            foreach (var project in list.Item2)
            {
                json.WriteStartObject();
                WriteNames(json, project);
                json.WriteNumber("live_servers"u8, list.fleet.ListServers(project.Id, includeLaunching: true, includePool: true, 0, 0).Total);
                json.WriteNumber("builds"u8, list.fleet.ListBuilds(project.Id, null, 0, 0).Total);
                WireTime.Write(json, "settings_updated_at"u8, project.Settings.UpdatedAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    /// <summary>Makes a project.</summary>
    public async Task CreateAsync(HttpContext http)
    {
        if (!(await RequestBody.ReadAsync(http)).TryGetValue(out var body, out var problem)
            || !ProjectEntry.Read(body, isWhole: false).TryGetValue(out var entry, out problem))
        {
            await ErrorAnswer.WriteAsync(http, problem);
            return;
        }

        var id = entry.Id is null ? (ProjectId?)null : new ProjectId(entry.Id);
        await WriteKeysAsync(
            http,
            StatusCodes.Status201Created,
            await fleet.CreateProjectAsync(id, entry.Name, entry.Plan ?? Plan.Pro, entry.ServerKey, entry.ClientKey));
    }

    /// <summary>Gives a project new keys: both, or the kind that is named.</summary>
    public async Task RegenerateKeysAsync(HttpContext http)
    {
        if (!(await RequestBody.ReadAsync(http)).TryGetValue(out var body, out var problem)
            || !ReadKind(body).TryGetValue(out var only, out problem))
        {
            await ErrorAnswer.WriteAsync(http, problem);
            return;
        }

        var id = new ProjectId((string)http.Request.RouteValues["project_id"]!);
        await WriteKeysAsync(http, StatusCodes.Status200OK, await fleet.RegenerateKeysAsync(id, only.Kind));
    }

    private static Result<(KeyKind? Kind, bool IsRead)> ReadKind(JsonElement body)
    {
        string[] words = ["server", "client"];
        var violations = new ViolationList();
        var kind = new BodyFields(body, FieldPath.Root, violations).Word("kind", words);
        violations.Add(kind is not null && !words.Contains(kind) ? Violation.NotInEnum(FieldPath.Of("kind"), words, kind) : null);
        return violations.IsEmpty
            ? (kind is null ? null : kind == "server" ? KeyKind.Server : KeyKind.Client, true)
            : violations.ToProblem();
    }

    private static Task WriteKeysAsync(HttpContext http, int status, Result<Project> result) =>
        result.TryGetValue(out var project, out var problem)
            ? JsonAnswer.WriteAsync(http, status, project, static (json, project) =>
            {
                json.WriteStartObject();
                WriteNames(json, project);
                json.WriteString("server_key"u8, project.Keys.ServerKey);
                json.WriteString("client_key"u8, project.Keys.ClientKey);
                json.WriteEndObject();
            })
            : ErrorAnswer.WriteAsync(http, problem);

    private static void WriteNames(Utf8JsonWriter json, Project project)
    {
        json.WriteString("id"u8, project.Id.Value);
        json.WriteString("name"u8, project.Name);
        json.WriteString("plan"u8, project.Plan.Name);
    }
}
