using System.Text.Json.Nodes;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.OpenApi.Scenarios;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>
/// What the document says of queries and bodies, tried: at each limit a value is taken, beyond it refused by name. So no figure
/// of the document can differ from the code's.
/// </summary>
internal sealed class DocumentedLimitsTests
{
    private static IEnumerable<Sample> WithSomethingToTry => Samples.All.Where(static sample =>
        Documented(sample) is var operation && (operation.Body is not null || operation.Queries.Any()));

    [TestCaseSource(nameof(WithSomethingToTry))]
    public async Task Limits_are_those_that_are_enforced(Sample sample)
    {
        await using var stage = await Stage.StartAsync();
        var operation = Documented(sample);
        var call = await sample.Arrange(stage);
        using (Assert.EnterMultipleScope())
        {
            foreach (var query in operation.Queries)
            {
                var name = query.GetProperty("name").GetString()!;
                foreach (var (value, fits) in Probes.Of(query.GetProperty("schema")))
                {
                    var text = value is JsonValue word && word.TryGetValue<string>(out var plain) ? plain : value.ToJsonString();
                    await TryAsync(call with { Path = $"{WithoutQuery(call.Path, name)}&{name}={Uri.EscapeDataString(text)}" }, [name], fits, text);
                }
            }

            foreach (var (body, at, fits) in operation.Body is { } schema ? Probes.Of(schema, JsonNode.Parse(sample.Body!)!) : [])
            {
                await TryAsync(call with { Body = body }, at, fits, body);
            }
        }

        async Task TryAsync(Call attempt, string[] at, bool fits, string what)
        {
            var answer = await stage.AskAsync(attempt);
            var isNamed = answer.Status is 422 && answer.Json.GetProperty("detail").EnumerateArray().Any(issue =>
                string.Join('/', at) == string.Join('/', issue.GetProperty("loc").EnumerateArray().Select(static part => part.ToString())));
            Assert.That(isNamed, Is.EqualTo(!fits), $"{sample}: {string.Join('/', at)} = {Shortened(what)} → {Shortened(answer.ToString())}");
        }
    }

    private static DocumentedOperation Documented(Sample sample) =>
        ApiDescription.Served.Operations.Single(operation => operation.ToString() == sample.Operation);

    // The first of two would count.
    private static string WithoutQuery(string path, string name)
    {
        var parts = path.Split('?', '&');
        var rest = parts.Skip(1).Where(part => !part.StartsWith(name + "=", StringComparison.Ordinal)).ToList();
        return rest.Count == 0 ? $"{parts[0]}?none=" : $"{parts[0]}?{string.Join('&', rest)}";
    }

    private static string Shortened(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
