using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PlayFlow.Emulator.Api.V3;
using PlayFlow.Emulator.Tests.OpenApi.Scenarios;
using static PlayFlow.Emulator.Tests.OpenApi.Generation.Schema;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>
/// Makes the OpenAPI document: words and schemas as they stand in this directory, closed lists and figures from the code, and
/// statuses, headers and examples from what the emulator really answers.
/// </summary>
internal static partial class DocumentGenerator
{
    private const string Introduction = """
        Game servers on demand: upload a build, start servers in a region, tell players where to connect. This is the API as the
        local emulator speaks it.

        Every request but health and the upload itself carries a key in the header `api-key`. A key belongs to a project and sees
        nothing else. Errors have one form, `error`, `detail` and `status`; so do unknown paths (404), methods a path does not take
        (405), and what is no proper HTTP. Unknown members of a body are passed over, and no body is as good as an empty object.
        Paths may end in a slash. Requests of any origin are answered.
        """;

    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the document.</summary>
    public static string Make(IReadOnlyList<Played> played)
    {
        var responses = new ResponseDocs();
        var paths = new JsonObject();
        foreach (var operation in OperationDocs.All)
        {
            var (method, path) = (operation.Name.Split(' ')[0], operation.Name.Split(' ')[1]);
            var item = paths[path] as JsonObject ?? [];
            paths[path] = item;
            item[method.ToLowerInvariant()] = Make(operation, path, ResponseDocs.Of(played.Where(one => one.Scenario.Operation == operation.Name), operation.Answer));
        }

        var all = paths.SelectMany(static path => path.Value!.AsObject()).Select(static operation => operation.Value!["responses"]!.AsObject()).ToList();
        all.ForEach(responses.Count);
        all.ForEach(responses.Share);
        var document = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "PlayFlow API",
                ["version"] = HealthEndpoint.ApiVersion,
                ["description"] = Introduction.ReplaceLineEndings("\n"),
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This emulator" }),
            ["security"] = new JsonArray(new JsonObject { ["api-key"] = new JsonArray() }),
            ["tags"] = new JsonArray(
                Tag("Servers", "Start, watch and stop game servers."),
                Tag("Builds", "What servers run."),
                Tag("Projects", "Settings and logs of a whole project."),
                Tag("Health", "Whether the API is there.")),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["api-key"] = new JsonObject
                    {
                        ["type"] = "apiKey", ["in"] = "header", ["name"] = "api-key",
                        ["description"] = "A project's server key (`pf_…`), or its client key (`pfclient_…`), which lists, reads and starts servers and does nothing else.",
                    },
                },
                ["schemas"] = new JsonObject(
                    ((IEnumerable<(string Name, JsonObject Schema)>)[.. ServerSchemas.All, .. BuildSchemas.All, .. ProjectSchemas.All])
                        .Select(static schema => KeyValuePair.Create(schema.Name, (JsonNode?)schema.Schema))),
                ["responses"] = responses.Components,
                ["headers"] = ResponseDocs.HeaderComponents,
            },
        };
        return document.ToJsonString(Style) + "\n";
    }

    private static JsonObject Make(OperationDoc operation, string path, JsonObject responses)
    {
        JsonArray parameters =
        [
            .. PathParameter.Matches(path).Select(match => Parameter(match.Groups[1].Value, "path", Text("The id. An unknown one, of whatever form, is not found."), true)),
            .. operation.Queries.Select(query => Parameter(query.Name, "query", query.Schema.DeepClone().AsObject(), operation.Required.Contains(query.Name))),
        ];
        return new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray(operation.Tag),
            ["summary"] = operation.Summary,
            ["description"] = operation.Description,
            ["security"] = path.StartsWith("/api/v3/", StringComparison.Ordinal) ? null : new JsonArray(),
            ["parameters"] = parameters.Count == 0 ? null : parameters,
            ["requestBody"] = BodyOf(operation),
            ["responses"] = responses,
        }.Compact();
    }

    private static JsonObject? BodyOf(OperationDoc operation)
    {
        if (operation.Body is null && !operation.TakesFile)
        {
            return null;
        }

        return new JsonObject
        {
            ["required"] = operation.NeedsBody,
            ["content"] = operation.TakesFile
                ? new JsonObject { ["application/zip"] = new JsonObject(), ["application/octet-stream"] = new JsonObject() }
                : new JsonObject
                {
                    ["application/json"] = new JsonObject
                    {
                        ["schema"] = Ref(operation.Body!),
                        ["example"] = JsonNode.Parse(Samples.All.Single(sample => sample.Operation == operation.Name).Body!),
                    },
                },
        };
    }

    private static JsonObject Parameter(string name, string place, JsonObject schema, bool isRequired)
    {
        var description = schema["description"]!.DeepClone();
        schema.Remove("description");
        return new JsonObject { ["name"] = name, ["in"] = place, ["description"] = description, ["required"] = isRequired, ["schema"] = schema };
    }

    private static JsonObject Tag(string name, string description) => new() { ["name"] = name, ["description"] = description };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter { get; }
}
