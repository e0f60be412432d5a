namespace PlayFlow.Core.RateLimiting;

/// <summary>The answer to a request for tokens.</summary>
/// <param name="Granted">Whether the tokens were taken.</param>
/// <param name="Remaining">Whole tokens left, zero or more.</param>
/// <param name="RetryAfter">
/// Zero when granted; otherwise the shortest time after which the same request is granted, if no other comes first. Rounded up to
/// 100 ns, so that waiting it is always enough.
/// </param>
public readonly record struct RateLimitLease(bool Granted, int Remaining, TimeSpan RetryAfter);
