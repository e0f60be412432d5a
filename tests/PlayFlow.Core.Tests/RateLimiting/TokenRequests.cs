using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Core.Tests.RateLimiting;

/// <summary>A limit and requests for it: how many tokens, and how long after the one before.</summary>
internal sealed record TokenRequests(RateLimit Limit, long Start, ImmutableArray<(int Tokens, long Wait)> Requests)
{
    public override string ToString() =>
        $"{Limit.TokensPerPeriod} in {Limit.ReplenishmentPeriod}, at most {Limit.TokenLimit}, from {Start}: {string.Join(" ", Requests)}";
}

internal static class TokenRequestsGenerator
{
    private static readonly Gen<RateLimit> Limits =
        from capacity in Gen.Frequency((4, Gen.Choose(1, 20)), (1, Gen.Elements(100, 1_000_000)))
        from rate in Gen.Frequency((4, Gen.Choose(1, 20)), (2, Gen.Elements(100, 997, 1_000)))
        from period in Gen.Elements(10_000_000L, 1_234_567L, 600_000_000L, 1_000L)
        select RateLimit.Create(capacity, rate, TimeSpan.FromTicks(period));

    /// <summary>Limits that are exact, times forward only; waits from nothing to long idle.</summary>
    public static Arbitrary<TokenRequests> Arbitrary { get; } =
        Arb.From(
            from limit in Limits
            from start in Gen.Elements(0L, 638_000_000_000_000_000L, long.MaxValue - 100_000_000_000_000L, -5_000_000_000L)
            from requests in RequestsFor(limit).ListOf()
            select new TokenRequests(limit, start, [.. requests]),
            Shrink);

    private static Gen<(int Tokens, long Wait)> RequestsFor(RateLimit limit)
    {
        var perToken = (int)Math.Max(1, limit.ReplenishmentPeriod.Ticks / limit.TokensPerPeriod);
        return from tokens in Gen.Frequency((5, Gen.Constant(1)), (1, Gen.Choose(1, Math.Min(limit.TokenLimit, 50))))
               from wait in Gen.Frequency(
                   (4, Gen.Constant(0)), (4, Gen.Choose(0, perToken * 2)), (2, Gen.Choose(perToken - 1, perToken + 1)), (1, Gen.Choose(0, 100_000_000)))
               select (tokens, (long)wait);
    }

    private static IEnumerable<TokenRequests> Shrink(TokenRequests run)
    {
        for (var i = 0; i < run.Requests.Length; i++)
        {
            yield return run with { Requests = run.Requests.RemoveAt(i) };
        }
    }
}
