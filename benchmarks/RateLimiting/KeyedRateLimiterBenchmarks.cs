using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Benchmarks.RateLimiting;

/// <summary>
/// A token taken from the bucket of one of 1,000 keys, by one thread and by two at once, beside a look-up and the base class library's limiter.
/// </summary>
public class KeyedRateLimiterBenchmarks
{
    private const int Keys = 1_000;
    private const int Steps = 65_536;

    private readonly string[] _keys = [.. Enumerable.Range(0, Keys).Select(i => $"pf_project_key_{i:D8}")];
    private readonly ConcurrentDictionary<string, object> _dictionary = new(StringComparer.Ordinal);
    private readonly KeyedRateLimiter<string> _limiter = new(RateLimit.Create(1_000_000, 1_000_000, TimeSpan.FromSeconds(1)), StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<string> _library = PartitionedRateLimiter.Create<string, string>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = int.MaxValue,
            TokensPerPeriod = int.MaxValue,
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
            AutoReplenishment = true,
        }),
        StringComparer.Ordinal);
    private readonly string[][] _orders = new string[2][];
    private long _now;

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        for (var thread = 0; thread < _orders.Length; thread++)
        {
            var random = new Random(thread);
            _orders[thread] = [.. Enumerable.Range(0, Steps).Select(_ => _keys[random.Next(Keys)])];
        }

        foreach (var key in _keys)
        {
            _dictionary[key] = key;
            _limiter.TryTake(key, 0);
            _library.AttemptAcquire(key).Dispose();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps, Description = "dictionary look-up")]
    public int LookUp() => Run(keys =>
    {
        var found = 0;
        foreach (var key in keys)
        {
            found += _dictionary.TryGetValue(key, out _) ? 1 : 0;
        }

        return found;
    });

    [Benchmark(OperationsPerInvoke = Steps, Description = "keyed limiter")]
    public int Keyed()
    {
        var now = _now += 10_000_000;
        return Run(keys =>
        {
            var granted = 0;
            foreach (var key in keys)
            {
                granted += _limiter.TryTake(key, now).Granted ? 1 : 0;
            }

            return granted;
        });
    }

    [Benchmark(OperationsPerInvoke = Steps, Description = "PartitionedRateLimiter")]
    public int Partitioned() => Run(keys =>
    {
        var granted = 0;
        foreach (var key in keys)
        {
            using var lease = _library.AttemptAcquire(key);
            granted += lease.IsAcquired ? 1 : 0;
        }

        return granted;
    });

    // Time for a step of each thread: with two, twice as many are done in it.
    private int Run(Func<string[], int> work)
    {
        if (Threads == 1)
        {
            return work(_orders[0]);
        }

        var other = Task.Run(() => work(_orders[1]));
        return work(_orders[0]) + other.GetAwaiter().GetResult();
    }
}
