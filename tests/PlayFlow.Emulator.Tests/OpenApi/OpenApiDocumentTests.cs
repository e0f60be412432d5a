using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.OpenApi.Generation;
using PlayFlow.Emulator.Tests.OpenApi.Scenarios;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>The OpenAPI document held against the code: what it lists is there, and what is there it lists.</summary>
internal sealed class OpenApiDocumentTests
{
    // Not of version 3, or not of the API at all.
    private static readonly string[] LeftOut = ["/v2/", "/api/v2/", "/__emulator/", "/api/doc", "/api/reference", "/health"];

    private static ApiDescription Served => ApiDescription.Served;

    private static IEnumerable<TestCaseData> Bodies =>
    [
        new TestCaseData("StartServer", StartServerRequest.FieldOrder).SetArgDisplayNames("StartServer"),
        new TestCaseData("RestartServer", RestartServerRequest.FieldOrder).SetArgDisplayNames("RestartServer"),
        new TestCaseData("ProjectSettingsChange", SettingsRequest.FieldOrder).SetArgDisplayNames("ProjectSettingsChange"),
    ];

    [Test]
    public async Task Document_is_what_the_emulator_does()
    {
        var played = await Played.AllAsync();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (scenario, answer) in played)
            {
                Assert.That(answer.Status, Is.EqualTo(scenario.Status), $"{scenario}: {answer.Body}");
            }
        }

        var generated = DocumentGenerator.Make(played);
        Assert.That(GeneratedFile.Accepted("emulator/openapi.json", generated), Is.EqualTo(generated));
    }

    [Test]
    public async Task Document_is_served_without_a_key_at_every_form_of_its_path()
    {
        await using var scene = await EmulatorScene.StartAsync();
        foreach (var path in (string[])["/api/doc", "/api/doc/", "/api/api/doc"])
        {
            var answer = await scene.GetAsync(path, key: null);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(answer.Status, Is.EqualTo(200), path);
                Assert.That(answer.ContentType, Is.EqualTo("application/json"));
                Assert.That(answer.ContentHeaders.ContentLength, Is.GreaterThan(50_000));
                Assert.That(answer.Json.GetProperty("openapi").GetString(), Does.StartWith("3.1."));
                Assert.That(answer.Json.GetProperty("info").GetProperty("title").GetString(), Is.EqualTo("PlayFlow API"));
                Assert.That(answer.Json.GetProperty("info").GetProperty("version").GetString(), Is.EqualTo("3.0.0"));
            }
        }
    }

    [Test]
    public void Document_is_understood_by_a_parser_of_OpenAPI()
    {
        var result = OpenApiDocument.Parse(Served.Document.GetRawText(), "json");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Diagnostic!.Errors.Concat(result.Diagnostic.Warnings).Select(static issue => issue.ToString()), Is.Empty);
            Assert.That(result.Diagnostic.SpecificationVersion, Is.EqualTo(OpenApiSpecVersion.OpenApi3_1));
            Assert.That(result.Document!.Paths.Sum(static path => path.Value.Operations!.Count), Is.EqualTo(Served.Operations.Count));
        }
    }

    [Test]
    public async Task Operations_are_the_endpoints_there_are()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var mapped =
            from endpoint in ((IEndpointRouteBuilder)scene.Host.App).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            let path = endpoint.RoutePattern.RawText!
            where path != "/" && !LeftOut.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal))
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            where !HttpMethods.IsHead(method)
            select $"{method} {path}";
        Assert.That(Served.Operations.Select(static operation => operation.ToString()), Is.EquivalentTo(mapped));
    }

    [Test]
    public async Task Query_parameters_are_those_the_endpoints_read()
    {
        var read = new ConcurrentDictionary<(string Operation, string Name), bool>();
        foreach (var scenario in AllScenarios.All)
        {
            await using var stage = await Stage.StartAsync(scenario.Options);
            stage.Watch = http =>
            {
                var (method, path) = (http.Request.Method, http.Request.Path.Value!);
                http.Request.Query = new ReadQueries(http.Request.Query, name => read[(Served.Find(method, path)!.ToString(), name)] = true);
            };
            await scenario.AskAsync(stage);
        }

        Assert.That(
            Served.Operations.SelectMany(static operation => operation.Queries.Select(query => (operation.ToString(), query.GetProperty("name").GetString()!))),
            Is.EquivalentTo(read.Keys));
    }

    [TestCaseSource(nameof(Bodies))]
    public void Body_has_the_fields_the_code_reads(string schema, IEnumerable<string> fields) =>
        Assert.That(
            Served.Component("schemas", schema).GetProperty("properties").EnumerateObject().Select(static field => field.Name), Is.EquivalentTo(fields));

    [Test]
    public void Examples_are_as_their_schemas_say()
    {
        var checkedExamples = 0;
        using (Assert.EnterMultipleScope())
        {
            foreach (var content in Contents(Served.Document))
            {
                foreach (var example in Examples(content))
                {
                    checkedExamples++;
                    Assert.That(Served.Schemas.Check(content.GetProperty("schema"), example), Is.Empty, example.GetRawText());
                }
            }
        }

        Assert.That(checkedExamples, Is.GreaterThan(50));
    }

    private static IEnumerable<JsonElement> Contents(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(static member =>
            member.Name == "application/json" ? [member.Value] : Contents(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Contents),
        _ => [],
    };

    private static IEnumerable<JsonElement> Examples(JsonElement content) =>
        content.TryGetProperty("example", out var one) ? [one]
        : content.GetProperty("examples").EnumerateObject().Select(static example => example.Value.GetProperty("value"));
}
