using PlayFlow.Core.Problems;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>Takes typed values out of a query; of a name given twice the first one counts. What is wrong is noted, and read as not given.</summary>
/// <param name="query">The query.</param>
/// <param name="violations">Takes what is wrong.</param>
internal readonly struct QueryFields(IQueryCollection query, ViolationList violations)
{
    /// <summary>A text of at least and at most so many characters.</summary>
    public string? Text(string name, int minimum, int maximum)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (Violation.OutsideLength(FieldPath.Of(name), value, minimum, maximum) is not { } violation)
        {
            return value;
        }

        violations.Add(violation);
        return null;
    }

    /// <summary>A whole number within a range.</summary>
    public int Integer(string name, int minimum, int maximum, int byDefault)
    {
        if (Find(name) is not { } text)
        {
            return byDefault;
        }

        var path = FieldPath.Of(name);
        var number = JsNumber.Parse(text);
        if (double.IsNaN(number))
        {
            violations.Add(Violation.WrongType(path, "number", "nan"));
            return byDefault;
        }

        if (JsNumber.ToInteger(number) is not { } value)
        {
            violations.Add(Violation.WrongType(path, "integer", "float"));
            return byDefault;
        }

        violations.Add(Violation.OutsideRange(path, value, minimum, maximum));
        return (int)Math.Clamp(value, minimum, maximum);
    }

    /// <summary><c>true</c> or <c>false</c> in any case, <c>1</c> or <c>0</c>.</summary>
    public bool Boolean(string name, bool byDefault)
    {
        switch (Find(name))
        {
            case null:
                return byDefault;
            case "1" or "true":
                return true;
            case "0" or "false":
                return false;
            case { } text when bool.TryParse(text, out var value):
                return value;
            case { } text:
                violations.Add(Violation.NotInEnum(FieldPath.Of(name), ["true", "false"], text));
                return byDefault;
        }
    }

    /// <summary>One of a closed list of words.</summary>
    public string Word(string name, IReadOnlyCollection<string> allowed, string byDefault)
    {
        var text = Find(name) ?? byDefault;
        if (allowed.Contains(text))
        {
            return text;
        }

        violations.Add(Violation.NotInEnum(FieldPath.Of(name), allowed, text));
        return byDefault;
    }

    /// <summary>A page of a list.</summary>
    public Page Page(int byDefault, int maximum) =>
        new(Integer("offset", 0, int.MaxValue, 0), Integer("limit", 1, maximum, byDefault));

    /// <summary>A value as it stands, or null.</summary>
    public string? Find(string name) => query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;
}
