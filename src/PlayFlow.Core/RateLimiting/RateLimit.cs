namespace PlayFlow.Core.RateLimiting;

/// <summary>How fast something may be done: a bucket of tokens that is refilled continuously, a token for each call.</summary>
/// <remarks>
/// Counted in whole numbers, so nothing drifts: a token is <see cref="UnitsPerToken"/> units, and a tick of 100 ns brings
/// <see cref="UnitsPerTick"/>. Rates of up to 1,000 tokens a period, and all that divide their period evenly, are exact; others
/// are rounded down by less than a thousandth.
/// </remarks>
public sealed record RateLimit
{
    /// <summary>What a bucket lacks at most, even if the clock was set back by years: a request more must not overflow.</summary>
    internal const long MaxMissing = 1L << 62;

    // A bucket's state wraps around after 2^63 units: at a thousand a tick, 29 years.
    private const long MaxUnitsPerTick = 1_000;
    private const long MaxUnits = 1L << 60;

    private RateLimit(int tokenLimit, int tokensPerPeriod, TimeSpan replenishmentPeriod, long unitsPerToken, long unitsPerTick)
    {
        TokenLimit = tokenLimit;
        TokensPerPeriod = tokensPerPeriod;
        ReplenishmentPeriod = replenishmentPeriod;
        UnitsPerToken = unitsPerToken;
        UnitsPerTick = unitsPerTick;
        Capacity = tokenLimit * unitsPerToken;
    }

    /// <summary>What the service grants a key for reading: 100 a second, and at most as many at once.</summary>
    public static RateLimit Reads { get; } = PerSecond(100);

    /// <summary>What the service grants a key for writing: 10 a second, and at most as many at once.</summary>
    public static RateLimit Writes { get; } = PerSecond(10);

    /// <summary>The most tokens a bucket holds; a new one is full.</summary>
    public int TokenLimit { get; }

    /// <summary>How many tokens come in a period.</summary>
    public int TokensPerPeriod { get; }

    /// <summary>The period; tokens come evenly spread over it.</summary>
    public TimeSpan ReplenishmentPeriod { get; }

    internal long UnitsPerToken { get; }

    internal long UnitsPerTick { get; }

    internal long Capacity { get; }

    /// <summary>A limit of so many a second, and at most as many at once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
    public static RateLimit PerSecond(int tokens) => Create(tokens, tokens, TimeSpan.FromSeconds(1));

    /// <summary>A checked limit.</summary>
    /// <param name="tokenLimit">The most tokens a bucket holds, at least 1.</param>
    /// <param name="tokensPerPeriod">How many tokens come in a period, at least 1 and at most one a tick.</param>
    /// <param name="replenishmentPeriod">The period, more than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is out of its range, or a bucket takes more than some 3,000 years to fill.
    /// </exception>
    public static RateLimit Create(int tokenLimit, int tokensPerPeriod, TimeSpan replenishmentPeriod)
    {
        if (tokenLimit < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(tokenLimit), tokenLimit, "A bucket holds at least one token.");
        }

        if (tokensPerPeriod < 1 || tokensPerPeriod > replenishmentPeriod.Ticks)
        {
            throw new ArgumentOutOfRangeException(
                nameof(tokensPerPeriod), tokensPerPeriod, "At least one token comes in a period and at most one in 100 ns.");
        }

        var (unitsPerToken, unitsPerTick) = Reduce(replenishmentPeriod.Ticks, tokensPerPeriod);
        if (unitsPerToken > MaxUnits / tokenLimit)
        {
            throw new ArgumentOutOfRangeException(
                nameof(replenishmentPeriod), replenishmentPeriod, "The bucket would take thousands of years to fill.");
        }

        return new RateLimit(tokenLimit, tokensPerPeriod, replenishmentPeriod, unitsPerToken, unitsPerTick);
    }

    private static (long PerToken, long PerTick) Reduce(long ticks, long tokens)
    {
        var divisor = GreatestCommonDivisor(ticks, tokens);
        ticks /= divisor;
        tokens /= divisor;
        if (tokens <= MaxUnitsPerTick)
        {
            return (ticks, tokens);
        }

        // The same rate in thousandths of a token, the time for one rounded up.
        var scaled = (decimal)ticks * MaxUnitsPerTick;
        return ((long)decimal.Ceiling(scaled / tokens), MaxUnitsPerTick);
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
