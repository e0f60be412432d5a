using System.Collections.Immutable;

namespace PlayFlow.Core.Problems;

/// <summary>A refusal the domain foresees: an answer, not an exception. Immutable and safe to share between threads.</summary>
/// <param name="Code">What kind of refusal it is.</param>
/// <param name="Message">One sentence for the caller; never holds a secret.</param>
public sealed record Problem(ProblemCode Code, string Message)
{
    /// <summary>Every field that broke a rule, in schema order; empty unless <see cref="Code"/> is <see cref="ProblemCode.Invalid"/>.</summary>
    public ImmutableArray<Violation> Violations { get; init; } = ImmutableArray<Violation>.Empty;

    /// <summary>Gathers violations into one problem.</summary>
    public static Problem Invalid(ImmutableArray<Violation> violations) =>
        new(ProblemCode.Invalid, "Validation error") { Violations = violations };

    /// <summary>A server the caller cannot see: unknown, or another project's.</summary>
    public static Problem ServerNotFound { get; } = new(ProblemCode.NotFound, "Server not found");

    /// <summary>A build the caller cannot see: unknown, or another project's.</summary>
    public static Problem BuildNotFound { get; } = new(ProblemCode.NotFound, "Build not found");

    /// <summary>A project that does not exist.</summary>
    public static Problem ProjectNotFound { get; } = new(ProblemCode.NotFound, "Project not found");
}
