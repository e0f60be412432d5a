using PlayFlow.Core.Engine;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>One call of a concurrent history: what was asked, what came back, and when either was.</summary>
internal sealed record HistoryCall
{
    public required string What { get; init; }

    /// <summary>The command as it would be given at a moment, or null for a call that only reads.</summary>
    public required Func<Fleet, DateTimeOffset, FleetCommand>? Command { get; init; }

    /// <summary>The answer the call should have got when the fleet was so, and these events were its own.</summary>
    public required Func<Fleet, IReadOnlyList<FleetEvent>, string> AnswerIn { get; init; }

    /// <summary>What came back.</summary>
    public required string Answer { get; init; }

    public required bool IsRefused { get; init; }

    /// <summary>Its places in the order in which calls of all threads began and returned.</summary>
    public required (int Began, int Returned) Span { get; init; }

    /// <summary>How many events were written down when it began and when it returned.</summary>
    public required (int Before, int After) Written { get; init; }

    public override string ToString() => $"{What} -> {(IsRefused ? Answer : "accepted")}, calls {Span}, written {Written}";
}
