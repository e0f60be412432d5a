using System.Text.Json;
using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>Takes fields out of a body the way version 2 does: null is as good as not given, and a number may be written as a text.</summary>
/// <param name="body">The body.</param>
/// <param name="violations">Takes what is wrong.</param>
internal readonly struct NullableFields(JsonElement body, ViolationList violations)
{
    private readonly BodyFields _fields = new(body, FieldPath.Root, violations, acceptNulls: true);

    /// <summary>A text.</summary>
    public string? Text(string name) => _fields.Text(name);

    /// <summary>A text; an empty one stands for none, as the SDK leaves fields that nobody set.</summary>
    public string? TextOrNone(string name) => Text(name) is { Length: > 0 } text ? text : null;

    /// <summary>A whole number.</summary>
    public long? Integer(string name) => _fields.Integer(name);

    /// <summary>A whole number, or the text of one: the SDK sends versions so, and an empty text for none.</summary>
    public long? IntegerOrText(string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind is not JsonValueKind.String)
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
            double.IsNaN(number) ? Violation.WrongType(FieldPath.Of(name), "number", "nan")
            : whole is null ? Violation.WrongType(FieldPath.Of(name), "integer", "float")
            : null);
        return whole;
    }

    /// <summary>True or false.</summary>
    public bool? Boolean(string name) => _fields.Boolean(name);

    /// <summary>An object of any content, as compact text.</summary>
    public string? Object(string name) => _fields.Object(name);
}
