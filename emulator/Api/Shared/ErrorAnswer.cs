using System.Collections.Immutable;
using System.Text.Json;
using PlayFlow.Core.Problems;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The one place that builds an error's body.</summary>
internal static class ErrorAnswer
{
    /// <summary>Answers a call with a refusal.</summary>
    public static Task WriteAsync(ApiCall call, Problem problem) => problem.Code is ProblemCode.PlanLimit
        ? WriteAsync(call.Http, call.Conduct.PlanLimitStatus, problem.Message)
        : WriteAsync(call.Http, problem);

    /// <summary>Answers with a refusal that no plan is the reason of.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem) => problem.Code is ProblemCode.Invalid
        ? WriteInvalidAsync(http, problem.Violations)
        : WriteAsync(http, ProblemMapping.StatusOf(problem.Code), problem.Message);

    /// <summary>Answers with an error. Clients read <c>detail</c> first, so it is always there.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The status.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="detail">More about it; repeats <paramref name="error"/> when null.</param>
    public static Task WriteAsync(HttpContext http, int status, string error, string? detail = null) =>
        JsonAnswer.WriteAsync(http, status, (status, error, detail ?? error), Write);

    /// <summary>The body of an error, for where there is no request to answer.</summary>
    public static byte[] ToBytes(int status, string error) => JsonAnswer.ToBytes((status, error, error), Write);

    private static void Write(Utf8JsonWriter json, (int Status, string Error, string Detail) answer)
    {
        json.WriteStartObject();
        json.WriteString("error"u8, answer.Error);
        json.WriteString("detail"u8, answer.Detail);
        json.WriteNumber("status"u8, answer.Status);
        json.WriteEndObject();
    }

    private static Task WriteInvalidAsync(HttpContext http, ImmutableArray<Violation> violations) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status422UnprocessableEntity, violations, static (json, violations) =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, "Validation error"u8);
            json.WriteStartArray("detail"u8);
            foreach (var violation in violations)
            {
                Write(json, violation);
            }

            json.WriteEndArray();
            json.WriteNumber("status"u8, StatusCodes.Status422UnprocessableEntity);
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, Violation violation)
    {
        json.WriteStartObject();
        json.WriteStartArray("loc"u8);
        foreach (var (name, index) in violation.Path.Segments)
        {
            if (index is { } position)
            {
                json.WriteNumberValue(position);
            }
            else
            {
                json.WriteStringValue(name);
            }
        }

        json.WriteEndArray();
        json.WriteString("msg"u8, violation.Message);
        json.WriteString("type"u8, ProblemMapping.WordOf(violation.Kind));
        json.WriteEndObject();
    }
}
