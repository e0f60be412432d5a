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
    private const int Steps = 1_000;
    private const long TokenTime = 100_000;

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

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps, Description = "bare compare-and-swap"), BenchmarkCategory("grant")]
    public long CompareAndSwap()
    {
        for (var i = 0; i < Steps; i++)
        {
            Interlocked.CompareExchange(ref _word, _word + 1, _word);
        }

        return _word;
    }

    [Benchmark(OperationsPerInvoke = Steps, Description = "token bucket, pure"), BenchmarkCategory("grant")]
    public int PureGrant()
    {
        var granted = 0;
        for (var i = 0; i < Steps; i++)
        {
            granted += _bucket.TryTake(Limit, 1, _now += TokenTime, out _bucket).Granted ? 1 : 0;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Steps, Description = "token bucket, shared"), BenchmarkCategory("grant")]
    public int SharedGrant()
    {
        var granted = 0;
        for (var i = 0; i < Steps; i++)
        {
            granted += _granting.TryTake(_now += TokenTime).Granted ? 1 : 0;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Steps, Description = "TokenBucketRateLimiter"), BenchmarkCategory("grant")]
    public int LibraryGrant() => Take(LibraryGranting);

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps, Description = "bare compare-and-swap"), BenchmarkCategory("refuse")]
    public long CompareAndSwapAgain() => CompareAndSwap();

    [Benchmark(OperationsPerInvoke = Steps, Description = "token bucket, shared"), BenchmarkCategory("refuse")]
    public int SharedRefusal()
    {
        var granted = 0;
        for (var i = 0; i < Steps; i++)
        {
            granted += _refusing.TryTake(0).Granted ? 1 : 0;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Steps, Description = "TokenBucketRateLimiter"), BenchmarkCategory("refuse")]
    public int LibraryRefusal() => Take(LibraryRefusing);

    private static int Take(TokenBucketRateLimiter limiter)
    {
        var granted = 0;
        for (var i = 0; i < Steps; i++)
        {
            using var lease = limiter.AttemptAcquire();
            granted += lease.IsAcquired ? 1 : 0;
        }

        return granted;
    }

    private static TokenBucketRateLimiter CreateLibrary(int tokens, TimeSpan period) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = tokens,
        TokensPerPeriod = tokens,
        ReplenishmentPeriod = period,
        AutoReplenishment = true,
    });
}
