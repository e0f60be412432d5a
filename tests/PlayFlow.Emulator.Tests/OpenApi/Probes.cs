using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PlayFlow.Emulator.Tests.OpenApi.Check;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>Values at the limits of a schema and just beyond them.</summary>
internal static class Probes
{
    private static SchemaCheck Schemas => ApiDescription.Served.Schemas;

    /// <summary>Values for a query parameter, and whether each fits.</summary>
    public static IEnumerable<(JsonNode Value, bool Fits)> Of(JsonElement schema)
    {
        if (Limit(schema, "minimum") is { } minimum)
        {
            yield return (minimum, true);
            yield return (minimum - 1, false);
        }

        if (Limit(schema, "maximum") is { } maximum)
        {
            yield return (maximum, true);
            yield return (maximum + 1, false);
        }

        if (schema.TryGetProperty("examples", out var examples))
        {
            // Not every text of the right length is one of these.
            foreach (var example in examples.EnumerateArray())
            {
                yield return (example.GetString()!, true);
            }

            yield return ("no-such-word", false);
        }
        else if (Limit(schema, "minLength") is { } shortest)
        {
            yield return (Text(shortest), true);
            yield return (Text(shortest - 1), false);
        }

        if (Limit(schema, "maxLength") is { } longest)
        {
            yield return (Text(longest), true);
            yield return (Text(longest + 1), false);
        }

        foreach (var word in Words(schema))
        {
            yield return (word, true);
        }

        if (Words(schema).Any() || TypeOf(schema) is "boolean")
        {
            yield return ("no-such-word", false);
        }

        if (TypeOf(schema) is "integer")
        {
            yield return ("abc", false);
            yield return (1.5, false);
        }
    }

    /// <summary>Bodies with one thing changed: where, and whether it still fits there.</summary>
    /// <param name="schema">The body's schema.</param>
    /// <param name="good">A body with every member.</param>
    public static IEnumerable<(string Body, string[] At, bool Fits)> Of(JsonElement schema, JsonNode good) =>
        Below(schema, good, []).Select(probe => (good.ToJsonString(), probe.At, probe.Fits));

    // Changes the tree in place, tells, and changes it back when it is asked for the next.
    private static IEnumerable<(string[] At, bool Fits)> Below(JsonElement schema, JsonNode value, string[] at)
    {
        schema = WithoutNull(Schemas.Resolve(schema));
        if (value is JsonObject members)
        {
            foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(static word => word.GetString()!) : [])
            {
                var kept = members[name];
                members.Remove(name);
                yield return ([.. at, name], false);
                members[name] = kept;
            }

            foreach (var name in members.Select(static member => member.Key).ToList())
            {
                var rule = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var own) ? own
                    : schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind is JsonValueKind.Object ? additional
                    : default;
                if (rule.ValueKind is JsonValueKind.Undefined)
                {
                    continue;
                }

                foreach (var probe in Of(rule, [.. at, name], members[name]!, changed => members[name] = changed))
                {
                    yield return probe;
                }
            }
        }
        else if (value is JsonArray items && schema.TryGetProperty("items", out var item))
        {
            for (var i = 0; i < items.Count; i++)
            {
                var index = i;
                foreach (var probe in Of(item, [.. at, index.ToString(CultureInfo.InvariantCulture)], items[index]!, changed => items[index] = changed))
                {
                    yield return probe;
                }
            }
        }
    }

    private static IEnumerable<(string[] At, bool Fits)> Of(JsonElement schema, string[] at, JsonNode value, Action<JsonNode> set)
    {
        var plain = WithoutNull(Schemas.Resolve(schema));
        var original = value.DeepClone();
        foreach (var (changed, fits) in Changes(plain, value))
        {
            set(changed);
            yield return (at, fits);
        }

        var back = original.DeepClone();
        set(back);
        foreach (var probe in Below(plain, back, at))
        {
            yield return probe;
        }
    }

    private static IEnumerable<(JsonNode Value, bool Fits)> Changes(JsonElement schema, JsonNode value)
    {
        var type = TypeOf(schema);
        yield return (type is "boolean" ? "yes" : true, false);
        foreach (var probe in Of(schema))
        {
            // A text for a number is wrong for its type, which the line above has tried.
            if (type is "string" || probe.Value.GetValueKind() is JsonValueKind.Number)
            {
                yield return probe;
            }
        }

        if (Limit(schema, "maxItems") is { } most && value is JsonArray { Count: > 0 } items)
        {
            yield return (new JsonArray([.. Enumerable.Range(0, (int)most + 1).Select(_ => items[0]!.DeepClone())]), false);
        }
    }

    // With a slash now and then: a part of a path may not be as long as the whole.
    private static string Text(long length) =>
        string.Concat(Enumerable.Range(0, (int)length).Select(i => i % 200 == 199 && i < length - 1 ? '/' : 'x'));

    private static IEnumerable<string> Words(JsonElement schema) =>
        schema.TryGetProperty("enum", out var words) ? words.EnumerateArray().Select(static word => word.GetString()!) : [];

    private static string? TypeOf(JsonElement schema) => schema.TryGetProperty("type", out var type)
        ? type.ValueKind is JsonValueKind.Array ? type[0].GetString() : type.GetString()
        : null;

    private static JsonElement WithoutNull(JsonElement schema) =>
        schema.TryGetProperty("anyOf", out var either) ? Schemas.Resolve(either[0]) : schema;

    private static long? Limit(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var limit) ? limit.GetInt64() : null;
}
