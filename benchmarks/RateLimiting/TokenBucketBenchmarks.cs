using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using PlayFlow.Core.RateLimiting;
using RateLimitLease = PlayFlow.Core.RateLimiting.RateLimitLease;

namespace PlayFlow.Benchmarks.RateLimiting;

#pragma warning disable CA1822 // Benchmarks are instance methods.

/// <summary>One token taken or refused, beside a compare-and-swap and the base class library's limiter.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class TokenBucketBenchmarks
{
    private static readonly RateLimit Limit = RateLimit.PerSecond(100);
    private static readonly TokenBucketRateLimiter LibraryGranting = CreateLibrary(int.MaxValue, TimeSpan.FromMilliseconds(100));
    private static readonly TokenBucketRateLimiter LibraryRefusing = CreateLibrary(1, TimeSpan.FromDays(1));

    private readonly SharedTokenBucket _granting = new(Limit, 0);
    private readonly SharedTokenBucket _refusing = new(Limit, 0);
    private TokenBucket _bucket = TokenBucket.Full(Limit, 0);
    private long _now;
    private long _word;

    [GlobalSetup]
    public void Prepare()
    {
        LibraryRefusing.AttemptAcquire().Dispose();
        _refusing.TryTake(0, 100);
    }

    [Benchmark(Baseline = true, Description = "bare compare-and-swap"), BenchmarkCategory("grant")]
    public long CompareAndSwap() => Interlocked.CompareExchange(ref _word, _word + 1, _word);

    [Benchmark(Description = "token bucket, pure"), BenchmarkCategory("grant")]
    public RateLimitLease PureGrant() => _bucket.TryTake(Limit, 1, _now += 100_000, out _bucket);

    [Benchmark(Description = "token bucket, shared"), BenchmarkCategory("grant")]
    public RateLimitLease SharedGrant() => _granting.TryTake(_now += 100_000);

    [Benchmark(Description = "TokenBucketRateLimiter"), BenchmarkCategory("grant")]
    public bool LibraryGrant()
    {
        using var lease = LibraryGranting.AttemptAcquire();
        return lease.IsAcquired;
    }

    [Benchmark(Baseline = true, Description = "bare compare-and-swap"), BenchmarkCategory("refuse")]
    public long CompareAndSwapAgain() => CompareAndSwap();

    [Benchmark(Description = "token bucket, shared"), BenchmarkCategory("refuse")]
    public RateLimitLease SharedRefusal() => _refusing.TryTake(0);

    [Benchmark(Description = "TokenBucketRateLimiter"), BenchmarkCategory("refuse")]
    public bool LibraryRefusal()
    {
        using var lease = LibraryRefusing.AttemptAcquire();
        return lease.IsAcquired;
    }

    private static TokenBucketRateLimiter CreateLibrary(int tokens, TimeSpan period) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = tokens,
        TokensPerPeriod = tokens,
        ReplenishmentPeriod = period,
        AutoReplenishment = true,
    });
}
