namespace PlayFlow.Core.RateLimiting;

/// <summary>
/// A bucket of tokens at one moment: arithmetic on what is in it and the time, without a clock, a timer or a lock. Times are in ticks
/// of 100 ns from any fixed origin, and should not go backwards; an earlier time brings nothing and takes nothing.
/// </summary>
public readonly record struct TokenBucket
{
    private TokenBucket(long state) => State = state;

    /// <summary>
    /// When the bucket is full again, in units of its limit: the tokens in it and the time they were counted, in one number that
    /// can be swapped at once. It wraps around; only differences from the present mean anything.
    /// </summary>
    internal long State { get; }

    /// <summary>A full bucket.</summary>
    public static TokenBucket Full(RateLimit limit, long now) => new(Scale(limit, now));

    /// <summary>Whole tokens in it.</summary>
    public int Available(RateLimit limit, long now) => Whole(limit, limit.Capacity - Missing(limit, now));

    /// <summary>Whether nothing is missing, so that it can be told from a new one by nothing.</summary>
    public bool IsFull(RateLimit limit, long now) => Missing(limit, now) == 0;

    /// <summary>Takes tokens, all or none.</summary>
    /// <param name="limit">The limit, always the same for a bucket.</param>
    /// <param name="tokens">How many, 1 to <see cref="RateLimit.TokenLimit"/>.</param>
    /// <param name="now">The present time.</param>
    /// <param name="after">The bucket afterwards; when refused, as it was.</param>
    /// <exception cref="ArgumentOutOfRangeException">More tokens than ever fit, or fewer than one.</exception>
    public RateLimitLease TryTake(RateLimit limit, int tokens, long now, out TokenBucket after)
    {
        if (tokens < 1 || tokens > limit.TokenLimit)
        {
            throw new ArgumentOutOfRangeException(nameof(tokens), tokens, "A bucket can give from one token to as many as fit.");
        }

        unchecked
        {
            var missing = Missing(limit, now) + (tokens * limit.UnitsPerToken);
            var left = limit.Capacity - missing;
            if (left < 0)
            {
                after = this;
                return new RateLimitLease(
                    false,
                    Whole(limit, left + (tokens * limit.UnitsPerToken)),
                    TimeSpan.FromTicks((limit.UnitsPerTick - 1 - left) / limit.UnitsPerTick));
            }

            after = new TokenBucket(Scale(limit, now) + missing);
            return new RateLimitLease(true, Whole(limit, left), TimeSpan.Zero);
        }
    }

    internal static TokenBucket FromState(long state) => new(state);

    private static long Scale(RateLimit limit, long now) => unchecked(now * limit.UnitsPerTick);

    private static int Whole(RateLimit limit, long units) => units <= 0 ? 0 : (int)(units / limit.UnitsPerToken);

    private long Missing(RateLimit limit, long now) =>
        Math.Min(Math.Max(0, unchecked(State - Scale(limit, now))), RateLimit.MaxMissing);
}
