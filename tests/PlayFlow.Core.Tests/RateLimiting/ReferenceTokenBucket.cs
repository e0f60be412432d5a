using System.Numerics;
using PlayFlow.Core.RateLimiting;

namespace PlayFlow.Core.Tests.RateLimiting;

/// <summary>What a bucket of tokens is, in exact fractions: tokens times the ticks of a period.</summary>
internal sealed class ReferenceTokenBucket(RateLimit limit, long now)
{
    private readonly BigInteger _period = limit.ReplenishmentPeriod.Ticks;
    private BigInteger _parts = new BigInteger(limit.TokenLimit) * limit.ReplenishmentPeriod.Ticks;
    private long _last = now;

    public int Available => (int)(_parts / _period);

    public bool TryTake(int tokens, long now)
    {
        var capacity = limit.TokenLimit * _period;
        _parts = BigInteger.Min(capacity, _parts + (new BigInteger(now - _last) * limit.TokensPerPeriod));
        _last = now;
        if (_parts < tokens * _period)
        {
            return false;
        }

        _parts -= tokens * _period;
        return true;
    }
}
