namespace PlayFlow.Core.Hosting;

/// <summary>Gathers what is wrong with options, so that all of it is said at once.</summary>
internal sealed class OptionFaults
{
    // What a timer takes at most.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    // Far beyond any use, and far from where adding durations overflows.
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(3650);

    private readonly List<string> _faults = [];

    public IReadOnlyList<string> All => _faults;

    public void Add(FormattableString fault) => _faults.Add(FormattableString.Invariant(fault));

    /// <summary>Notes a fault unless a condition holds.</summary>
    /// <returns>The condition.</returns>
    public bool Require(bool condition, FormattableString fault)
    {
        if (!condition)
        {
            Add(fault);
        }

        return condition;
    }

    public void RequireAtLeast(int minimum, int value, string name) =>
        Require(value >= minimum, $"{name} is {value}: it is {minimum} or more.");

    /// <summary>A duration that may be zero.</summary>
    public bool RequireDuration(TimeSpan value, string name) =>
        Require(value >= TimeSpan.Zero && value <= LongestDuration, $"{name} is {value}: it is 0 to {LongestDuration.TotalDays} days.");

    /// <summary>A duration that may not be zero.</summary>
    public bool RequireSomeTime(TimeSpan value, string name) =>
        Require(value > TimeSpan.Zero && value <= LongestDuration, $"{name} is {value}: it is more than 0 and at most {LongestDuration.TotalDays} days.");

    /// <summary>A duration that a timer is set to.</summary>
    public void RequireTimer(TimeSpan value, string name) =>
        Require(value >= TimeSpan.FromMilliseconds(1) && value <= LongestTimer, $"{name} is {value}: it is 1 ms to {(int)LongestTimer.TotalDays} days.");
}
