using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Core.Tests.RateLimiting;

public sealed class TokenBucketTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(1_000);

    [Test]
    public void Bucket_agrees_with_exact_fractions() => ForAll(run =>
    {
        var now = run.Start;
        var bucket = TokenBucket.Full(run.Limit, now);
        var reference = new ReferenceTokenBucket(run.Limit, now);
        foreach (var (tokens, wait) in run.Requests)
        {
            now += wait;
            var lease = bucket.TryTake(run.Limit, tokens, now, out bucket);
            if (lease.Granted != reference.TryTake(tokens, now) || lease.Remaining != reference.Available)
            {
                return false;
            }
        }

        return true;
    });

    [Test]
    public void Bucket_never_lends_more_than_capacity_and_rate_times_time() => ForAll(run =>
    {
        var granted = new List<(long Time, int Tokens)>();
        var now = run.Start;
        var bucket = TokenBucket.Full(run.Limit, now);
        foreach (var (tokens, wait) in run.Requests)
        {
            now += wait;
            if (bucket.TryTake(run.Limit, tokens, now, out bucket).Granted)
            {
                granted.Add((now, tokens));
            }
        }

        return Enumerable.Range(0, granted.Count).All(first =>
        {
            var lent = BigInteger.Zero;
            return granted.Skip(first).All(grant =>
            {
                lent += grant.Tokens;
                var ticks = run.Limit.ReplenishmentPeriod.Ticks;
                var brought = new BigInteger(grant.Time - granted[first].Time) * run.Limit.TokensPerPeriod;
                return lent * ticks <= (new BigInteger(run.Limit.TokenLimit) * ticks) + brought;
            });
        });
    });

    [Test]
    public void Waiting_RetryAfter_is_always_enough_and_never_more_than_needed() => ForAll(run =>
    {
        var now = run.Start;
        var bucket = TokenBucket.Full(run.Limit, now);
        foreach (var (tokens, wait) in run.Requests)
        {
            now += wait;
            var lease = bucket.TryTake(run.Limit, tokens, now, out bucket);
            if (!lease.Granted)
            {
                var ready = now + lease.RetryAfter.Ticks;
                if (bucket.TryTake(run.Limit, tokens, ready - 1, out _).Granted
                    || !bucket.TryTake(run.Limit, tokens, ready, out bucket).Granted)
                {
                    return false;
                }

                now = ready;
            }
        }

        return true;
    });

    [Test]
    public void Patient_caller_is_never_starved() => ForAll(run =>
    {
        var now = run.Start;
        var bucket = TokenBucket.Full(run.Limit, now);
        bucket.TryTake(run.Limit, run.Limit.TokenLimit, now, out bucket);
        var perToken = (run.Limit.ReplenishmentPeriod.Ticks + run.Limit.TokensPerPeriod - 1) / run.Limit.TokensPerPeriod;
        return run.Requests.All(_ => bucket.TryTake(run.Limit, 1, now += perToken, out bucket).Granted);
    });

    [Test]
    public void Refusal_takes_nothing() => ForAll(run =>
    {
        var now = run.Start;
        var bucket = TokenBucket.Full(run.Limit, now);
        foreach (var (tokens, wait) in run.Requests)
        {
            now += wait;
            var before = bucket;
            if (!bucket.TryTake(run.Limit, tokens, now, out bucket).Granted && bucket != before)
            {
                return false;
            }
        }

        return true;
    });

    [TestCase(1_000_003, 1)]
    [TestCase(9_999_991, 1)]
    [TestCase(10_000_000, 1)]
    [TestCase(2_147_483_647, 1_000)]
    public void Odd_rates_are_rounded_down_by_less_than_a_thousandth(int tokens, int seconds)
    {
        // Room for more than one: a full bucket loses what comes within a tick.
        var limit = RateLimit.Create(10, tokens, TimeSpan.FromSeconds(seconds));
        var bucket = TokenBucket.Full(limit, 0);
        bucket.TryTake(limit, 10, 0, out bucket);
        var granted = 0;
        const int ticks = 1_000_000;
        for (long now = 0; now < ticks; now++)
        {
            granted += bucket.TryTake(limit, 1, now, out bucket).Granted ? 1 : 0;
        }

        var exact = (double)ticks * tokens / (seconds * 10_000_000.0);
        Assert.That(granted, Is.InRange((exact * 0.999) - 1, exact + 1));
    }

    [Test]
    public void TryTake_EarlierTimeThanBefore_BringsNothingAndTakesNothing()
    {
        var limit = RateLimit.PerSecond(10);
        var bucket = TokenBucket.Full(limit, 0);
        bucket.TryTake(limit, 10, 0, out bucket);

        var lease = bucket.TryTake(limit, 1, -1_000_000, out bucket);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lease, Is.EqualTo(new RateLimitLease(false, 0, TimeSpan.FromMilliseconds(200))));
            Assert.That(bucket.Available(limit, 1_000_000), Is.EqualTo(1));
            Assert.That(bucket.TryTake(limit, 1, long.MinValue / 2, out _).Granted, Is.False);
        }
    }

    [Test]
    public void Limits_of_the_service_are_a_hundred_reads_and_ten_writes_a_second()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Exhausted(RateLimit.Reads), Is.EqualTo((100, TimeSpan.FromMilliseconds(10))));
            Assert.That(Exhausted(RateLimit.Writes), Is.EqualTo((10, TimeSpan.FromMilliseconds(100))));
        }

        static (int Granted, TimeSpan RetryAfter) Exhausted(RateLimit limit)
        {
            var bucket = TokenBucket.Full(limit, 0);
            for (var granted = 0; ; granted++)
            {
                var lease = bucket.TryTake(limit, 1, 0, out bucket);
                if (!lease.Granted)
                {
                    return (granted, lease.RetryAfter);
                }
            }
        }
    }

    [Test]
    public void Arguments_OutOfTheirDomain_AreRefused()
    {
        var limit = RateLimit.PerSecond(10);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => RateLimit.PerSecond(0), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => RateLimit.Create(0, 1, TimeSpan.FromSeconds(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => RateLimit.Create(1, 1, TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => RateLimit.Create(1, 2, TimeSpan.FromTicks(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => RateLimit.Create(int.MaxValue, 1, TimeSpan.MaxValue), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => TokenBucket.Full(limit, 0).TryTake(limit, 11, 0, out _), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => TokenBucket.Full(limit, 0).TryTake(limit, 0, 0, out _), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => TokenBucket.Full(limit, 0).TryTake(limit, -1, 0, out _), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }

    private static void ForAll(Func<TokenRequests, bool> law) =>
        Check.One(Thorough, Prop.ForAll(TokenRequestsGenerator.Arbitrary, law));
}
