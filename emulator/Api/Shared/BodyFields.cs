using System.Text.Json;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Takes typed fields out of a JSON object. A field of the wrong type is noted as a violation and read as not given; so is a
/// null, since the schema has no field that may be null, unless nulls are accepted. Other fields are passed over.
/// </summary>
/// <param name="json">The object.</param>
/// <param name="path">Where it stands in the body.</param>
/// <param name="violations">Takes what is wrong.</param>
/// <param name="acceptNulls">Whether null is as good as not given.</param>
internal readonly struct BodyFields(JsonElement json, FieldPath path, ViolationList violations, bool acceptNulls = false)
{
    /// <summary>A text.</summary>
    public string? Text(string name) => Find(name, "string", JsonValueKind.String)?.GetString();

    /// <summary>A text that has to be one of some words: a value of another type is told which.</summary>
    public string? Word(string name, IEnumerable<string> allowed) =>
        Find(name, $"'{string.Join("' | '", allowed)}'", JsonValueKind.String)?.GetString();

    /// <summary>A whole number, however it is written: <c>60</c>, <c>60.0</c> and <c>6e1</c> are the same.</summary>
    public long? Integer(string name)
    {
        if (Find(name, "number", JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        if (value.TryGetInt64(out var whole))
        {
            return whole;
        }

        if (JsNumber.ToInteger(value.GetDouble()) is { } rounded)
        {
            return rounded;
        }

        violations.Add(Violation.WrongType(path.Field(name), "integer", "float"));
        return null;
    }

    /// <summary>A whole number, or the text of one; an empty text stands for none.</summary>
    public long? IntegerOrText(string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind is not JsonValueKind.String)
        {
            return Integer(name);
        }

        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var number = JsNumber.Parse(text);
        var whole = JsNumber.ToInteger(number);
        violations.Add(
            double.IsNaN(number) ? Violation.WrongType(path.Field(name), "number", "nan")
            : whole is null ? Violation.WrongType(path.Field(name), "integer", "float")
            : null);
        return whole;
    }

    /// <summary>True or false.</summary>
    public bool? Boolean(string name) => Find(name, "boolean", JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    /// <summary>An object of any content, as compact text.</summary>
    public string? Object(string name) => Find(name, "object", JsonValueKind.Object) is { } value ? CompactJson.Of(value) : null;

    /// <summary>A list of any content, as compact text.</summary>
    public string? Array(string name) => Find(name, "array", JsonValueKind.Array) is { } value ? CompactJson.Of(value) : null;

    /// <summary>True when the field is given as null; false when it is not given.</summary>
    public bool IsNull(string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Null;

    /// <summary>The names of the fields there are, each once.</summary>
    public IReadOnlyCollection<string> Names() => json.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>An object's fields.</summary>
    public BodyFields? Fields(string name) =>
        Find(name, "object", JsonValueKind.Object) is { } value ? new BodyFields(value, path.Field(name), violations, acceptNulls) : null;

    /// <summary>An object whose values are all texts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Texts(string name)
    {
        if (Find(name, "object", JsonValueKind.Object) is not { } map)
        {
            return null;
        }

        var texts = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in map.EnumerateObject())
        {
            var at = path.Field(name).Field(property.Name);
            if (property.Value.ValueKind is not JsonValueKind.String)
            {
                violations.Add(Violation.WrongType(at, "string", NameOf(property.Value.ValueKind)));
            }
            else
            {
                texts[property.Name] = property.Value.GetString()!;
            }
        }

        return [.. texts];
    }

    /// <summary>The fields of each object of a list. An item that is no object is noted and left out.</summary>
    public IReadOnlyList<BodyFields>? Items(string name)
    {
        if (Find(name, "array", JsonValueKind.Array) is not { } list)
        {
            return null;
        }

        var items = new List<BodyFields>(list.GetArrayLength());
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var at = path.Field(name).Item(index++);
            if (item.ValueKind is JsonValueKind.Object)
            {
                items.Add(new BodyFields(item, at, violations, acceptNulls));
            }
            else
            {
                violations.Add(Violation.WrongType(at, "object", NameOf(item.ValueKind)));
            }
        }

        return items;
    }

    /// <summary>A list of ports. An item that is no object is noted, and keeps its place as an empty one.</summary>
    public IReadOnlyList<PortConfigRequest>? Ports(string name)
    {
        if (Find(name, "array", JsonValueKind.Array) is not { } list)
        {
            return null;
        }

        var ports = new List<PortConfigRequest>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            ports.Add(Port(item, path.Field(name).Item(ports.Count)));
        }

        return ports;
    }

    /// <summary>The schema language's name for a kind of value.</summary>
    public static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => "undefined",
    };

    private PortConfigRequest Port(JsonElement item, FieldPath at)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            violations.Add(Violation.WrongType(at, "object", NameOf(item.ValueKind)));
            return new PortConfigRequest();
        }

        var fields = new BodyFields(item, at, violations, acceptNulls);
        return new PortConfigRequest
        {
            Name = fields.Text("name"),
            InternalPort = fields.Integer("internal_port"),
            Protocol = fields.Word("protocol", ["udp", "tcp"]),
            TlsEnabled = fields.Boolean("tls_enabled"),
            Id = fields.Text("id"),
        };
    }

    private JsonElement? Find(string name, string expected, JsonValueKind kind, JsonValueKind otherKind = JsonValueKind.Undefined)
    {
        if (!json.TryGetProperty(name, out var value) || (acceptNulls && value.ValueKind is JsonValueKind.Null))
        {
            return null;
        }

        if (value.ValueKind == kind || value.ValueKind == otherKind)
        {
            return value;
        }

        violations.Add(Violation.WrongType(path.Field(name), expected, NameOf(value.ValueKind)));
        return null;
    }
}
