using System.Text.Json;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Control;

/// <summary>A project as it is written down, in a file or in a body.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ServerKey">Its server key.</param>
/// <param name="ClientKey">Its client key.</param>
/// <param name="Plan">What it may do.</param>
internal sealed record ProjectEntry(string? Id, string? Name, string? ServerKey, string? ClientKey, Plan? Plan)
{
    private const int MaxIdLength = 128;
    private const int MaxNameLength = 255;

    private static readonly string[] Plans = [Plan.Free.Name, Plan.Pro.Name];

    /// <summary>Reads a project and gathers everything that is wrong with it. Never repeats a key.</summary>
    /// <param name="json">An object.</param>
    /// <param name="isWhole">Whether it has to have an id and both keys.</param>
    public static Result<ProjectEntry> Read(JsonElement json, bool isWhole)
    {
        var violations = new ViolationList();
        var fields = new BodyFields(json, FieldPath.Root, violations);
        var id = fields.Text("id");
        violations.Add(id switch
        {
            null => isWhole ? Violation.Required(FieldPath.Of("id")) : null,
            { Length: 0 or > MaxIdLength } => Violation.OutsideLength(FieldPath.Of("id"), id, 1, MaxIdLength),
            _ when id.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') => null,
            _ => Violation.OfRule(FieldPath.Of("id"), "Only letters, digits, '_' and '-'"),
        });
        var name = fields.Text("name");
        violations.Add(name is null ? null : Violation.OutsideLength(FieldPath.Of("name"), name, 1, MaxNameLength));
        var serverKey = Key(fields, "server_key", KeyKind.Server, ProjectKeys.ServerPrefix, isWhole, violations);
        var clientKey = Key(fields, "client_key", KeyKind.Client, ProjectKeys.ClientPrefix, isWhole, violations);
        var plan = fields.Word("plan", Plans);
        violations.Add(plan is null || Plan.Find(plan) is not null ? null : Violation.NotInEnum(FieldPath.Of("plan"), Plans, plan));
        return violations.IsEmpty
            ? new ProjectEntry(id, name, serverKey, clientKey, plan is null ? null : Plan.Find(plan))
            : violations.ToProblem("id", "name", "server_key", "client_key", "plan");
    }

    /// <inheritdoc/>
    public override string ToString() => $"ProjectEntry {{ Id = {Id} }}";

    private static string? Key(BodyFields fields, string field, KeyKind kind, string prefix, bool isRequired, ViolationList violations)
    {
        var key = fields.Text(field);
        violations.Add(
            key is null ? (isRequired ? Violation.Required(FieldPath.Of(field)) : null)
            : ProjectKeys.KindOf(key) == kind ? null
            : Violation.OfRule(FieldPath.Of(field), $"Must be '{prefix}' followed by letters, digits, '_' and '-'"));
        return key;
    }
}
