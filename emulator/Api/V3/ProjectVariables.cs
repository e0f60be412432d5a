using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The variables of a project, held to what a client of the service holds its own to; the service publishes no limits.</summary>
internal static partial class ProjectVariables
{
    private const int MaxVariables = 64;
    private const int MaxNameLength = 128;
    private const int MaxValueLength = 8 * 1024;

    /// <summary>Reads and checks them; null when they are not given.</summary>
    public static ImmutableArray<KeyValuePair<string, string>>? Read(BodyFields fields, ViolationList violations)
    {
        if (fields.Texts("environment_variables") is not { } variables)
        {
            return null;
        }

        var path = FieldPath.Of("environment_variables");
        if (variables.Count > MaxVariables)
        {
            violations.Add(Violation.OfRule(path, FormattableString.Invariant($"A project has at most {MaxVariables} variables")));
        }

        foreach (var (name, value) in variables)
        {
            violations.Add(Check(path.Field(name), name, value));
        }

        return [.. variables];
    }

    private static Violation? Check(FieldPath path, string name, string value) =>
        name.Length > MaxNameLength || !Name().IsMatch(name) ? Violation.BadFormat(path, "Invalid")
        : value.Contains('\0', StringComparison.Ordinal) ? Violation.OfRule(path, "A variable must not contain a NUL character")
        : Violation.OutsideLength(path, value, 0, MaxValueLength);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Name();
}
