using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PlayFlow.Emulator.Tests.OpenApi.Check;

/// <summary>
/// Holds values against the part of JSON Schema that the document uses. Stricter than the standard in three ways: a member the
/// schema does not name is wrong unless <c>additionalProperties</c> is there, formats count, and a keyword nobody taught this
/// class is a fault rather than passed over.
/// </summary>
internal sealed partial class SchemaCheck(JsonElement document)
{
    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal) { "description", "default", "examples", "title" };

    /// <summary>Everything that is wrong with a value, each with its place; none when it is as the schema says.</summary>
    public IReadOnlyList<string> Check(JsonElement schema, JsonElement value)
    {
        var wrong = new List<string>();
        Check(schema, value, "$", wrong);
        return wrong;
    }

    /// <summary>What a reference stands for; the schema itself when it is none.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document;
            foreach (var name in reference.GetString()!.Split('/').Skip(1))
            {
                schema = schema.GetProperty(name);
            }
        }

        return schema;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> wrong)
    {
        schema = Resolve(schema);
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Annotations.Contains(keyword.Name))
            {
                Check(schema, keyword.Name, keyword.Value, value, at, wrong);
            }
        }
    }

    private void Check(JsonElement schema, string keyword, JsonElement rule, JsonElement value, string at, List<string> wrong)
    {
        switch (keyword)
        {
            case "type":
                Expect(Words(rule).Any(type => IsOfType(value, type)), $"is {value.ValueKind}, not {string.Join(" or ", Words(rule))}");
                break;
            case "enum":
                Expect(rule.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)), $"is {value.GetRawText()}, not one of {rule.GetRawText()}");
                break;
            case "const":
                Expect(JsonElement.DeepEquals(rule, value), $"is {value.GetRawText()}, not {rule.GetRawText()}");
                break;
            case "anyOf":
                Expect(rule.EnumerateArray().Any(one => Check(one, value).Count == 0), $"{value.GetRawText()} is none of {rule.GetRawText()}");
                break;
            case "format" when value.ValueKind is JsonValueKind.String:
                Expect(IsOfFormat(value.GetString()!, rule.GetString()!), $"{value.GetRawText()} is no {rule.GetString()}");
                break;
            case "pattern" when value.ValueKind is JsonValueKind.String:
                Expect(Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.CultureInvariant), $"{value.GetRawText()} does not match {rule.GetString()}");
                break;
            case "minLength" when value.ValueKind is JsonValueKind.String:
                Expect(value.GetString()!.Length >= rule.GetInt32(), $"is shorter than {rule}");
                break;
            case "maxLength" when value.ValueKind is JsonValueKind.String:
                Expect(value.GetString()!.Length <= rule.GetInt32(), $"is longer than {rule}");
                break;
            case "minimum" when value.ValueKind is JsonValueKind.Number:
                Expect(value.GetDouble() >= rule.GetDouble(), $"{value} is below {rule}");
                break;
            case "maximum" when value.ValueKind is JsonValueKind.Number:
                Expect(value.GetDouble() <= rule.GetDouble(), $"{value} is above {rule}");
                break;
            case "maxItems" when value.ValueKind is JsonValueKind.Array:
                Expect(value.GetArrayLength() <= rule.GetInt32(), $"has {value.GetArrayLength()} items, more than {rule}");
                break;
            case "minItems" when value.ValueKind is JsonValueKind.Array:
                Expect(value.GetArrayLength() >= rule.GetInt32(), $"has {value.GetArrayLength()} items, fewer than {rule}");
                break;
            case "maxProperties" when value.ValueKind is JsonValueKind.Object:
                Expect(value.GetPropertyCount() <= rule.GetInt32(), $"has {value.GetPropertyCount()} members, more than {rule}");
                break;
            case "items" when value.ValueKind is JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Check(rule, item, string.Create(CultureInfo.InvariantCulture, $"{at}[{index++}]"), wrong);
                }

                break;
            case "propertyNames" when value.ValueKind is JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Check(rule, JsonSerializer.SerializeToElement(member.Name), $"{at} name '{member.Name}'", wrong);
                }

                break;
            case "required" when value.ValueKind is JsonValueKind.Object:
                foreach (var name in Words(rule))
                {
                    Expect(value.TryGetProperty(name, out _), $"has no '{name}'");
                }

                break;
            case "properties" when value.ValueKind is JsonValueKind.Object:
                CheckMembers(rule, schema, value, at, wrong);
                break;
            case "additionalProperties" when value.ValueKind is JsonValueKind.Object && !schema.TryGetProperty("properties", out _):
                foreach (var member in value.EnumerateObject())
                {
                    CheckAdditional(rule, member, at, wrong);
                }

                break;
            case "format" or "pattern" or "minLength" or "maxLength" or "minimum" or "maximum" or "maxItems" or "minItems" or "items"
                or "maxProperties" or "propertyNames" or "required" or "properties" or "additionalProperties":
                break;
            default:
                throw new InvalidOperationException($"The keyword '{keyword}' at {at} is not known here.");
        }

        void Expect(bool isSo, string complaint)
        {
            if (!isSo)
            {
                wrong.Add($"{at} {complaint}");
            }
        }
    }

    private void CheckMembers(JsonElement properties, JsonElement schema, JsonElement value, string at, List<string> wrong)
    {
        var isOpen = schema.TryGetProperty("additionalProperties", out var additional);
        foreach (var member in value.EnumerateObject())
        {
            if (properties.TryGetProperty(member.Name, out var rule))
            {
                Check(rule, member.Value, $"{at}.{member.Name}", wrong);
            }
            else if (isOpen)
            {
                CheckAdditional(additional, member, at, wrong);
            }
            else
            {
                wrong.Add($"{at} has a member '{member.Name}' that is not documented");
            }
        }
    }

    private void CheckAdditional(JsonElement rule, JsonProperty member, string at, List<string> wrong)
    {
        if (rule.ValueKind is JsonValueKind.Object)
        {
            Check(rule, member.Value, $"{at}.{member.Name}", wrong);
        }
        else if (rule.ValueKind is JsonValueKind.False)
        {
            wrong.Add($"{at} has a member '{member.Name}' that is not allowed");
        }
    }

    private static IEnumerable<string> Words(JsonElement rule) =>
        rule.ValueKind is JsonValueKind.Array ? rule.EnumerateArray().Select(word => word.GetString()!) : [rule.GetString()!];

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind is JsonValueKind.Null,
        _ => throw new InvalidOperationException($"There is no type '{type}'."),
    };

    // As the service writes them: anything else that the standard would allow is a change clients could notice.
    private static bool IsOfFormat(string text, string format) => format switch
    {
        "date-time" => Time.IsMatch(text),
        "uuid" => Uuid.IsMatch(text),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => throw new InvalidOperationException($"There is no format '{format}'."),
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", RegexOptions.CultureInvariant)]
    private static partial Regex Time { get; }

    [GeneratedRegex("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid { get; }
}
