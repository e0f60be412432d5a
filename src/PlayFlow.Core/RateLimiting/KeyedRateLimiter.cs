using System.Collections.Concurrent;

namespace PlayFlow.Core.RateLimiting;

/// <summary>
/// A bucket of tokens for each key, all of one limit. For any number of threads at once, without a lock: threads that use one key meet in
/// one compare-and-swap. Allocates nothing for a key it knows.
/// </summary>
/// <remarks>
/// A key whose bucket is full again is forgotten: as new keys come, so that no more than about twice the keys in use are kept,
/// and by <see cref="ForgetIdle"/>. Forgetting changes no answer. Times are in ticks of 100 ns from any fixed origin and should not go
/// backwards; take them from a monotonic clock, once a request.
/// </remarks>
/// <typeparam name="TKey">The type of the keys.</typeparam>
public sealed class KeyedRateLimiter<TKey>
    where TKey : notnull
{
    private const int MinKeysBeforeForgetting = 1_024;

    private readonly ConcurrentDictionary<TKey, SharedTokenBucket> _buckets;
    private int _keyCount;
    private int _forgetAt = MinKeysBeforeForgetting;
    private int _isForgetting;

    // The latest time at which keys were forgotten. A thread whose time is a moment older must not take what had not come then.
    private long _forgottenAt = long.MinValue;

    /// <summary>A limiter that knows no key; each begins with a full bucket.</summary>
    /// <param name="limit">The limit of each key.</param>
    /// <param name="comparer">How keys are compared; by default as their type does.</param>
    public KeyedRateLimiter(RateLimit limit, IEqualityComparer<TKey>? comparer = null)
    {
        Limit = limit;
        _buckets = new ConcurrentDictionary<TKey, SharedTokenBucket>(comparer ?? EqualityComparer<TKey>.Default);
    }

    /// <summary>The limit of each key.</summary>
    public RateLimit Limit { get; }

    /// <summary>How many keys it remembers.</summary>
    public int KeyCount => Volatile.Read(ref _keyCount);

    /// <summary>Takes a key's tokens, all or none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">The present time.</param>
    /// <param name="tokens">How many, 1 to <see cref="RateLimit.TokenLimit"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">More tokens than ever fit, or fewer than one.</exception>
    public RateLimitLease TryTake(TKey key, long now, int tokens = 1)
    {
        while (true)
        {
            if (!_buckets.TryGetValue(key, out var bucket) && !TryAddBucket(key, now, out bucket))
            {
                continue;
            }

            if (bucket.TryTake(now, tokens, out var lease))
            {
                return lease;
            }

            // Retired this moment, and on its way out.
            Forget(key, bucket);
        }
    }

    /// <summary>A key's whole tokens, without taking any.</summary>
    public int Available(TKey key, long now) =>
        _buckets.TryGetValue(key, out var bucket) ? bucket.Available(now) : Limit.TokenLimit;

    /// <summary>Forgets the keys whose buckets are full.</summary>
    /// <returns>How many it forgot.</returns>
    public int ForgetIdle(long now)
    {
        RaiseForgottenAt(now);
        var forgotten = 0;
        foreach (var (key, bucket) in _buckets)
        {
            if (bucket.TryRetire(now) && Forget(key, bucket))
            {
                forgotten++;
            }
        }

        return forgotten;
    }

    private bool TryAddBucket(TKey key, long now, out SharedTokenBucket bucket)
    {
        bucket = new SharedTokenBucket(Limit, Math.Max(now, Volatile.Read(ref _forgottenAt)));
        if (!_buckets.TryAdd(key, bucket))
        {
            return false;
        }

        if (Interlocked.Increment(ref _keyCount) >= Volatile.Read(ref _forgetAt))
        {
            ForgetIdleUnlessOthersDo(now);
        }

        return true;
    }

    private void ForgetIdleUnlessOthersDo(long now)
    {
        if (Interlocked.Exchange(ref _isForgetting, 1) != 0)
        {
            return;
        }

        ForgetIdle(now);
        Volatile.Write(ref _forgetAt, Math.Max(MinKeysBeforeForgetting, (int)Math.Min(int.MaxValue, KeyCount * 2L)));
        Volatile.Write(ref _isForgetting, 0);
    }

    private void RaiseForgottenAt(long now)
    {
        var seen = Volatile.Read(ref _forgottenAt);
        while (seen < now)
        {
            var other = Interlocked.CompareExchange(ref _forgottenAt, now, seen);
            if (other == seen)
            {
                return;
            }

            seen = other;
        }
    }

    private bool Forget(TKey key, SharedTokenBucket bucket)
    {
        if (!((ICollection<KeyValuePair<TKey, SharedTokenBucket>>)_buckets).Remove(new(key, bucket)))
        {
            return false;
        }

        Interlocked.Decrement(ref _keyCount);
        return true;
    }
}
