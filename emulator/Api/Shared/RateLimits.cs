using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// The two buckets of every key, and the headers that tell of them. Switched off, it lets everything pass and reports full
/// buckets, so that clients which read the headers go on working.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="enabled">Whether calls are counted.</param>
/// <param name="scale">How many times the service's allowances a key has; at least one call a second is left.</param>
internal sealed class RateLimits(TimeProvider time, bool enabled, decimal scale = 1)
{
    /// <summary>The largest scale.</summary>
    public const decimal MaxScale = 1_000;

    private const int RememberedNumbers = 1_000;

    private static readonly ImmutableArray<StringValues> Numbers =
        [.. Enumerable.Range(0, RememberedNumbers).Select(number => new StringValues(Text(number)))];

    private readonly KeyedRateLimiter<string> _reads = new(Scaled(RateLimit.Reads, scale), StringComparer.Ordinal);
    private readonly KeyedRateLimiter<string> _writes = new(Scaled(RateLimit.Writes, scale), StringComparer.Ordinal);
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Takes a token of a key, and writes what is left into the answer's headers.</summary>
    /// <returns>False when there was none; the headers then say when to come back.</returns>
    public bool TryPass(IHeaderDictionary headers, string key, bool isWrite)
    {
        var limiter = isWrite ? _writes : _reads;
        var lease = enabled
            ? limiter.TryTake(key, time.GetElapsedTime(_origin).Ticks)
            : new RateLimitLease(true, limiter.Limit.TokenLimit, TimeSpan.Zero);
        headers["X-RateLimit-Limit"] = Number(limiter.Limit.TokenLimit);
        headers["X-RateLimit-Remaining"] = Number(lease.Remaining);
        if (!lease.Granted)
        {
            headers.RetryAfter = Text(Math.Max(1, (int)Math.Ceiling(lease.RetryAfter.TotalSeconds)));
        }

        return lease.Granted;
    }

    private static RateLimit Scaled(RateLimit limit, decimal scale) =>
        RateLimit.PerSecond((int)Math.Max(1, Math.Round(limit.TokenLimit * scale, MidpointRounding.AwayFromZero)));

    private static StringValues Number(int number) => number < RememberedNumbers ? Numbers[number] : Text(number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
