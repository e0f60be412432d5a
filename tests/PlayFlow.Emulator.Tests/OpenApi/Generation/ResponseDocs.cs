using System.Globalization;
using System.Text.Json.Nodes;
using static PlayFlow.Emulator.Tests.OpenApi.Generation.Schema;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>Makes responses of what scenarios were answered. Those that several operations share are written once.</summary>
internal sealed class ResponseDocs
{
    private static readonly string[] Headers = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After"];

    private readonly Dictionary<string, (string Name, int Uses)> _shared = new(StringComparer.Ordinal);

    /// <summary>What every header says.</summary>
    public static JsonObject HeaderComponents => new()
    {
        ["X-RateLimit-Limit"] = Header("How many requests of this kind the key may make in a second: 100 reads, 10 writes.", 1),
        ["X-RateLimit-Remaining"] = Header("How many of them are left.", 0),
        ["Retry-After"] = Header("In how many seconds to come again.", 1),
    };

    /// <summary>The responses used more than once, by their names.</summary>
    public JsonObject Components => new(_shared
        .Where(static pair => pair.Value.Uses > 1)
        .OrderBy(static pair => pair.Value.Name, StringComparer.Ordinal)
        .Select(static pair => KeyValuePair.Create(pair.Value.Name, JsonNode.Parse(pair.Key))));

    /// <summary>The responses of an operation.</summary>
    public static JsonObject Of(IEnumerable<Played> played, string? schema) => new(played
        .GroupBy(static one => one.Scenario.Status)
        .OrderBy(static group => group.Key)
        .Select(group => KeyValuePair.Create(
            group.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)Make([.. group], SchemaOf(group.Key, schema)))));

    /// <summary>Takes note of an operation's responses.</summary>
    public void Count(JsonObject responses)
    {
        foreach (var (status, response) in responses)
        {
            var text = response!.ToJsonString();
            var name = NameOf(response);
            var uses = _shared.GetValueOrDefault(text).Uses;
            if (uses == 0 && _shared.Values.Any(other => other.Name == name))
            {
                name += status;
            }

            _shared[text] = (uses == 0 ? name : _shared[text].Name, uses + 1);
        }
    }

    /// <summary>Puts references in the place of shared responses.</summary>
    public void Share(JsonObject responses)
    {
        foreach (var (status, response) in responses.ToList())
        {
            if (_shared[response!.ToJsonString()] is { Uses: > 1 } shared)
            {
                responses[status] = Ref("responses", shared.Name);
            }
        }
    }

    private static string? SchemaOf(int status, string? schema) => status switch
    {
        < 400 => schema,
        422 => "ValidationError",
        _ => "Error",
    };

    private static JsonObject Make(IReadOnlyList<Played> played, string? schema)
    {
        var response = new JsonObject { ["description"] = string.Join(' ', played.Select(one => one.Scenario.Because)).Replace(" ,", ",", StringComparison.Ordinal) };
        var headers = Headers.Where(name => played.All(one => one.Answer.Header(name) is not null)).ToList();
        if (headers.Count > 0)
        {
            response["headers"] = new JsonObject(headers.Select(name => KeyValuePair.Create(name, (JsonNode?)Ref("headers", name))));
        }

        if (schema is not null)
        {
            response["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject
                {
                    ["schema"] = Ref(schema),
                    ["examples"] = new JsonObject(played.Select(static one => KeyValuePair.Create(
                        one.Scenario.Name, (JsonNode?)new JsonObject { ["value"] = JsonNode.Parse(one.Body) }))),
                },
            };
        }

        return response;
    }

    // Its examples' names, put together.
    private static string NameOf(JsonNode response)
    {
        var examples = response["content"]?["application/json"]?["examples"]?.AsObject().Select(static example => example.Key) ?? ["nothing"];
        var words = string.Join("-or-", examples).Split('-');
        return string.Concat(words.Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static JsonObject Header(string description, int minimum) => new()
    {
        ["description"] = description,
        ["required"] = true,
        ["schema"] = new JsonObject { ["type"] = "integer", ["minimum"] = minimum },
    };
}
