namespace PlayFlow.Emulator.Api.Shared;

/// <summary>What the service documents nowhere and its clients may have met otherwise: the answers that can be switched.</summary>
internal sealed record ApiConduct
{
    /// <summary>The status of a refusal for the plan's sake: 403, 402 or 409.</summary>
    public int PlanLimitStatus { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>Whether null for a field that may be left out is as good as leaving it out; refused otherwise.</summary>
    public bool AcceptNulls { get; init; }
}
