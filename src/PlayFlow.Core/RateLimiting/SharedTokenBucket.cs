namespace PlayFlow.Core.RateLimiting;

/// <summary>A bucket of tokens for any number of threads at once, without a lock. Takes nothing but a moment; allocates nothing.</summary>
public sealed class SharedTokenBucket
{
    // No bucket is ever in this state: one that would be lacks a unit more, less than a millionth of a token.
    private const long Retired = long.MinValue;

    private long _state;

    /// <summary>A full bucket.</summary>
    public SharedTokenBucket(RateLimit limit, long now)
    {
        Limit = limit;
        _state = Live(TokenBucket.Full(limit, now));
    }

    /// <summary>Its limit.</summary>
    public RateLimit Limit { get; }

    /// <summary>Takes tokens, all or none.</summary>
    /// <param name="now">The present time in ticks of 100 ns from a fixed origin.</param>
    /// <param name="tokens">How many, 1 to <see cref="RateLimit.TokenLimit"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">More tokens than ever fit, or fewer than one.</exception>
    public RateLimitLease TryTake(long now, int tokens = 1)
    {
        TryTake(now, tokens, out var lease);
        return lease;
    }

    /// <summary>Whole tokens in it.</summary>
    public int Available(long now)
    {
        var state = Volatile.Read(ref _state);
        return state == Retired ? Limit.TokenLimit : TokenBucket.FromState(state).Available(Limit, now);
    }

    /// <summary>As the public one, but false when the bucket was retired meanwhile and another stands for its key.</summary>
    internal bool TryTake(long now, int tokens, out RateLimitLease lease)
    {
        var state = Volatile.Read(ref _state);
        while (state != Retired)
        {
            lease = TokenBucket.FromState(state).TryTake(Limit, tokens, now, out var after);
            if (!lease.Granted)
            {
                return true;
            }

            var seen = Interlocked.CompareExchange(ref _state, Live(after), state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        lease = default;
        return false;
    }

    /// <summary>Ends the bucket's use if it is full, so that a new one in its place lends nothing twice.</summary>
    internal bool TryRetire(long now)
    {
        var state = Volatile.Read(ref _state);
        return TokenBucket.FromState(state).IsFull(Limit, now)
            && Interlocked.CompareExchange(ref _state, Retired, state) == state;
    }

    private static long Live(TokenBucket bucket) => bucket.State == Retired ? Retired + 1 : bucket.State;
}
