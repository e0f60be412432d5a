using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Core.Tests.RateLimiting;

public sealed class KeyedRateLimiterTests
{
    [Test]
    public void Keys_do_not_share_tokens_and_forgetting_changes_no_answer() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(
            TokenRequestsGenerator.Arbitrary,
            run =>
            {
                var random = new Random(run.Requests.Length);
                var limiter = new KeyedRateLimiter<int>(run.Limit);
                var buckets = Enumerable.Range(0, 4).ToDictionary(key => key, _ => new ReferenceTokenBucket(run.Limit, run.Start));
                var now = run.Start;
                foreach (var (tokens, wait) in run.Requests)
                {
                    now += wait;
                    if (random.Next(4) == 0)
                    {
                        limiter.ForgetIdle(now);
                    }

                    var key = random.Next(4);
                    var lease = limiter.TryTake(key, now, tokens);
                    if (lease.Granted != buckets[key].TryTake(tokens, now)
                        || lease.Remaining != buckets[key].Available
                        || limiter.Available(key, now) != lease.Remaining)
                    {
                        return false;
                    }
                }

                return true;
            }));

    [Test]
    public void Concurrent_use_of_one_key_at_one_moment_lends_the_capacity_exactly([Values(1, 1_000, 100_000)] int capacity)
    {
        var limiter = new KeyedRateLimiter<string>(RateLimit.Create(capacity, 1, TimeSpan.FromDays(1)));
        var granted = 0;
        Parallel.For(0, 4, _ =>
        {
            while (limiter.TryTake("key", 0).Granted)
            {
                Interlocked.Increment(ref granted);
            }
        });

        Assert.That(granted, Is.EqualTo(capacity));
    }

    [Test]
    public void Concurrent_use_never_lends_more_than_capacity_and_rate_times_time_though_keys_are_forgotten()
    {
        const int capacity = 5;
        const long ticksPerToken = 10;
        const int keys = 8;
        const int steps = 200_000;
        var limiter = new KeyedRateLimiter<int>(RateLimit.Create(capacity, 1, TimeSpan.FromTicks(ticksPerToken)));
        var granted = new int[keys];
        var clock = 0L;
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            for (var step = 0; step < steps; step++)
            {
                // A thread may come late with its time, as one that was interrupted does.
                var now = random.Next(20) == 0 ? Interlocked.Increment(ref clock) : Volatile.Read(ref clock) - random.Next(3);
                var key = random.Next(keys);
                if (limiter.TryTake(key, now).Granted)
                {
                    Interlocked.Increment(ref granted[key]);
                }

                if (random.Next(10) == 0)
                {
                    limiter.ForgetIdle(now);
                }
            }
        });

        // The first call of a key may have been late by two ticks.
        Assert.That(granted, Has.All.AtMost(capacity + ((clock + 2) / ticksPerToken)));
        Assert.That(granted, Has.All.AtLeast((int)(clock / ticksPerToken) / 2), "and it lends what comes");
    }

    [Test]
    public void Key_used_just_as_it_is_forgotten_lends_its_capacity_once()
    {
        var keys = new InterruptedComparer();
        var limiter = new KeyedRateLimiter<string>(RateLimit.PerSecond(3), keys);
        limiter.TryTake("key", 0);

        // Full again, so it is found idle; before it is out of the dictionary, somebody uses it.
        const long later = 10_000_000;
        var granted = 0;
        keys.Interrupt = TakeAll;
        limiter.ForgetIdle(later);
        TakeAll();

        Assert.That(granted, Is.EqualTo(3));

        void TakeAll()
        {
            while (limiter.TryTake("key", later).Granted)
            {
                granted++;
            }
        }
    }

    [Test]
    public void TryTake_LateCallAfterTheKeyWasForgotten_IsAnsweredAsIfItHadNotBeen()
    {
        var limiter = new KeyedRateLimiter<string>(RateLimit.Create(1, 1, TimeSpan.FromTicks(10)));
        limiter.TryTake("key", 0);
        limiter.ForgetIdle(10);

        Assert.That(limiter.TryTake("key", 8), Is.EqualTo(new RateLimitLease(false, 0, TimeSpan.FromTicks(2))));
        Assert.That(limiter.TryTake("key", 10).Granted, Is.True);
    }

    [Test]
    public void ForgetIdle_FullAndUsedBuckets_ForgetsTheFullOnes()
    {
        var limiter = new KeyedRateLimiter<string>(RateLimit.PerSecond(10));
        limiter.TryTake("idle", 0);
        limiter.TryTake("busy", 900_000);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(limiter.ForgetIdle(1_000_000), Is.EqualTo(1));
            Assert.That(limiter.KeyCount, Is.EqualTo(1));
            Assert.That(limiter.Available("busy", 1_000_000), Is.EqualTo(9));
            Assert.That(limiter.Available("idle", 1_000_000), Is.EqualTo(10));
        }
    }

    [Test]
    public void Keys_that_come_and_go_do_not_pile_up()
    {
        var limiter = new KeyedRateLimiter<int>(RateLimit.PerSecond(10));
        var most = 0;
        for (var key = 0; key < 100_000; key++)
        {
            // Each key is used once, and ten thousand ticks pass: a hundred are short of a token at any time.
            limiter.TryTake(key, key * 10_000L);
            most = Math.Max(most, limiter.KeyCount);
        }

        Assert.That(most, Is.AtMost(1_024));
    }

    [Test]
    public void TryTake_KnownKey_AllocatesNoMemory()
    {
        var limiter = new KeyedRateLimiter<string>(RateLimit.PerSecond(10));
        Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Work()
        {
            for (var i = 0; i < 1_000; i++)
            {
                limiter.TryTake("key", i);
            }
        }
    }

    [Test]
    public void Shared_bucket_lends_what_a_bucket_lends() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
            TokenRequestsGenerator.Arbitrary,
            run =>
            {
                var now = run.Start;
                var bucket = TokenBucket.Full(run.Limit, now);
                var shared = new SharedTokenBucket(run.Limit, now);
                foreach (var (tokens, wait) in run.Requests)
                {
                    now += wait;
                    if (shared.TryTake(now, tokens) != bucket.TryTake(run.Limit, tokens, now, out bucket)
                        || shared.Available(now) != bucket.Available(run.Limit, now))
                    {
                        return false;
                    }
                }

                return true;
            }));

    /// <summary>Lets something happen, once, when a dictionary next looks for a key.</summary>
    private sealed class InterruptedComparer : IEqualityComparer<string>
    {
        public Action? Interrupt { get; set; }

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj)
        {
            var interrupt = Interrupt;
            Interrupt = null;
            interrupt?.Invoke();
            return obj.GetHashCode(StringComparison.Ordinal);
        }
    }
}
