using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// The two buckets of every key, and the headers that tell of them. Switched off, it lets everything pass and reports full
/// buckets, so that clients which read the headers go on working.
/// </summary>
internal sealed class RateLimits(TimeProvider time, bool enabled)
{
    private static readonly ImmutableArray<StringValues> Numbers =
        [.. Enumerable.Range(0, RateLimit.Reads.TokenLimit + 1).Select(number => new StringValues(Text(number)))];

    private readonly KeyedRateLimiter<string> _reads = new(RateLimit.Reads, StringComparer.Ordinal);
    private readonly KeyedRateLimiter<string> _writes = new(RateLimit.Writes, StringComparer.Ordinal);
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Takes a token of a key, and writes what is left into the answer's headers.</summary>
    /// <returns>False when there was none; the headers then say when to come back.</returns>
    public bool TryPass(IHeaderDictionary headers, string key, bool isWrite)
    {
        var limiter = isWrite ? _writes : _reads;
        var lease = enabled
            ? limiter.TryTake(key, time.GetElapsedTime(_origin).Ticks)
            : new RateLimitLease(true, limiter.Limit.TokenLimit, TimeSpan.Zero);
        headers["X-RateLimit-Limit"] = Numbers[limiter.Limit.TokenLimit];
        headers["X-RateLimit-Remaining"] = Numbers[lease.Remaining];
        if (!lease.Granted)
        {
            headers.RetryAfter = Text(Math.Max(1, (int)Math.Ceiling(lease.RetryAfter.TotalSeconds)));
        }

        return lease.Granted;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
