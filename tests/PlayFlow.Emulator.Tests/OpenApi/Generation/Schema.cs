using System.Text.Json.Nodes;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>Makes JSON Schema in the few forms the API needs.</summary>
internal static class Schema
{
    public static JsonObject Text(string description, int? minimum = null, int? maximum = null, string? byDefault = null) => new JsonObject
    {
        ["type"] = "string", ["description"] = description, ["minLength"] = minimum, ["maxLength"] = maximum, ["default"] = byDefault,
    }.Compact();

    public static JsonObject Matching(string description, string pattern) =>
        new() { ["type"] = "string", ["description"] = description, ["pattern"] = pattern };

    public static JsonObject Word(string description, IEnumerable<string> words, string? byDefault = null) => new JsonObject
    {
        ["type"] = "string", ["description"] = description, ["enum"] = List(words), ["default"] = byDefault,
    }.Compact();

    public static JsonObject Constant(string description, string word) =>
        new() { ["type"] = "string", ["description"] = description, ["const"] = word };

    public static JsonObject Integer(string description, long? minimum = null, long? maximum = null, long? byDefault = null) => new JsonObject
    {
        ["type"] = "integer", ["description"] = description, ["minimum"] = minimum, ["maximum"] = maximum, ["default"] = byDefault,
    }.Compact();

    public static JsonObject Number(string description, double? minimum = null) =>
        new JsonObject { ["type"] = "number", ["description"] = description, ["minimum"] = minimum }.Compact();

    public static JsonObject Boolean(string description, bool? byDefault = null) =>
        new JsonObject { ["type"] = "boolean", ["description"] = description, ["default"] = byDefault }.Compact();

    /// <summary>A moment in UTC, to the millisecond.</summary>
    public static JsonObject Time(string description) => new() { ["type"] = "string", ["format"] = "date-time", ["description"] = description };

    public static JsonObject Id(string description) => new() { ["type"] = "string", ["format"] = "uuid", ["description"] = description };

    public static JsonObject Items(string description, JsonNode item, int? maximum = null) => new JsonObject
    {
        ["type"] = "array", ["description"] = description, ["items"] = item, ["maxItems"] = maximum,
    }.Compact();

    /// <summary>An object of any content.</summary>
    public static JsonObject Free(string description) =>
        new() { ["type"] = "object", ["description"] = description, ["additionalProperties"] = true };

    /// <summary>An object whose names are the caller's.</summary>
    public static JsonObject Map(string description, JsonNode value, JsonNode? names = null, int? maximum = null) => new JsonObject
    {
        ["type"] = "object", ["description"] = description, ["propertyNames"] = names, ["maxProperties"] = maximum, ["additionalProperties"] = value,
    }.Compact();

    /// <summary>An object all of whose members are always there: an answer's.</summary>
    public static JsonObject Record(string description, params (string Name, JsonNode Schema)[] members) =>
        Form(description, [.. members.Select(member => member.Name)], members);

    /// <summary>An object of which some members have to be there: a request's.</summary>
    public static JsonObject Form(string description, string[] required, params (string Name, JsonNode Schema)[] members) => new JsonObject
    {
        ["type"] = "object",
        ["description"] = description,
        ["properties"] = new JsonObject(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Schema))),
        ["required"] = required.Length == 0 ? null : List(required),
    }.Compact();

    public static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    public static JsonObject Ref(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    /// <summary>The same, or null.</summary>
    public static JsonObject OrNull(this JsonObject schema)
    {
        if (schema.ContainsKey("$ref"))
        {
            return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        }

        schema["type"] = new JsonArray(schema["type"]!.DeepClone(), "null");
        return schema;
    }

    /// <summary>The same, open to members that are not named.</summary>
    public static JsonObject Open(this JsonObject schema)
    {
        schema["additionalProperties"] = true;
        return schema;
    }

    /// <summary>The same with values that fit.</summary>
    public static JsonObject Examples(this JsonObject schema, IEnumerable<string> values)
    {
        schema["examples"] = List(values);
        return schema;
    }

    public static JsonArray List(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)word)];

    /// <summary>Leaves out what is null.</summary>
    public static JsonObject Compact(this JsonObject json)
    {
        foreach (var name in json.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            json.Remove(name);
        }

        return json;
    }
}
