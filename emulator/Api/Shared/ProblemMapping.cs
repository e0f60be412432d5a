using PlayFlow.Core.Problems;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The one table that makes HTTP of refusals.</summary>
internal static class ProblemMapping
{
    /// <summary>The status for a refusal.</summary>
    public static int StatusOf(ProblemCode code) => code switch
    {
        ProblemCode.Invalid => StatusCodes.Status422UnprocessableEntity,
        ProblemCode.Unauthorized => StatusCodes.Status401Unauthorized,
        ProblemCode.Forbidden => StatusCodes.Status403Forbidden,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.NoReadyBuild => StatusCodes.Status404NotFound,
        ProblemCode.InvalidState => StatusCodes.Status400BadRequest,

        // No port or no room left on the disk: the fault is on this side, and the service knows one status for those.
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>The service's word for a kind of violation: the issue codes of its validator, Zod 3.</summary>
    public static string WordOf(ViolationKind kind) => kind switch
    {
        ViolationKind.InvalidType => "invalid_type",
        ViolationKind.TooSmall => "too_small",
        ViolationKind.TooBig => "too_big",
        ViolationKind.InvalidEnumValue => "invalid_enum_value",
        ViolationKind.InvalidString => "invalid_string",
        _ => "custom",
    };
}
