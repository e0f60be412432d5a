using System.Globalization;

namespace PlayFlow.Core.Problems;

/// <summary>The kind of rule a value broke; the service names them after its validator's issue codes.</summary>
public enum ViolationKind
{
    /// <summary>Missing, or of the wrong type.</summary>
    InvalidType,

    /// <summary>Below a minimum: a number, a length or a count.</summary>
    TooSmall,

    /// <summary>Above a maximum: a number, a length or a count.</summary>
    TooBig,

    /// <summary>Not one of a closed list of words.</summary>
    InvalidEnumValue,

    /// <summary>Not the string format that was asked for.</summary>
    InvalidString,

    /// <summary>A rule of our own, often across fields.</summary>
    Custom,
}

/// <summary>One broken rule: where, of what kind, and in words.</summary>
/// <param name="Path">The value that broke it.</param>
/// <param name="Kind">The kind of rule.</param>
/// <param name="Message">The validator's default wording for that kind, as the service's clients read it.</param>
public sealed record Violation(FieldPath Path, ViolationKind Kind, string Message)
{
    /// <summary>The field is missing.</summary>
    public static Violation Required(FieldPath path) => new(path, ViolationKind.InvalidType, "Required");

    /// <summary>The value is of another type than the schema asks for.</summary>
    public static Violation WrongType(FieldPath path, string expected, string received) =>
        new(path, ViolationKind.InvalidType, $"Expected {expected}, received {received}");

    /// <summary>The number lies outside its range, or null when it is inside.</summary>
    public static Violation? OutsideRange(FieldPath path, long value, long minimum, long maximum) =>
        value < minimum ? new(path, ViolationKind.TooSmall, Text($"Number must be greater than or equal to {minimum}"))
        : value > maximum ? new(path, ViolationKind.TooBig, Text($"Number must be less than or equal to {maximum}"))
        : null;

    /// <summary>The text is too short or too long, or null when it fits.</summary>
    public static Violation? OutsideLength(FieldPath path, string value, int minimum, int maximum) =>
        value.Length < minimum ? new(path, ViolationKind.TooSmall, Text($"String must contain at least {minimum} character(s)"))
        : value.Length > maximum ? new(path, ViolationKind.TooBig, Text($"String must contain at most {maximum} character(s)"))
        : null;

    /// <summary>The list has too many items.</summary>
    public static Violation TooManyItems(FieldPath path, int maximum) =>
        new(path, ViolationKind.TooBig, Text($"Array must contain at most {maximum} element(s)"));

    /// <summary>The word is not in the list of allowed ones.</summary>
    public static Violation NotInEnum(FieldPath path, IEnumerable<string> allowed, string received) =>
        new(path, ViolationKind.InvalidEnumValue, $"Invalid enum value. Expected '{string.Join("' | '", allowed)}', received '{received}'");

    /// <summary>The text is not in the format asked for.</summary>
    public static Violation BadFormat(FieldPath path, string message) => new(path, ViolationKind.InvalidString, message);

    /// <summary>A rule with a wording of its own.</summary>
    public static Violation OfRule(FieldPath path, string message) => new(path, ViolationKind.Custom, message);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
