namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Whose lines are on their way to the store, counted in batches. Sources whose ids hash to the same number share a counter, so that
/// counting takes no lock and nothing is kept of a source; to be told now and then of lines that are another's costs a reader a
/// moment. Safe to use from any thread.
/// </summary>
internal sealed class QueuedSources
{
    private readonly int[] _batches = new int[4_096];

    public void Add(LogSource source) => Interlocked.Increment(ref CounterOf(source));

    public void Remove(LogSource source) => Interlocked.Decrement(ref CounterOf(source));

    /// <summary>False when none of the source's lines is on its way.</summary>
    public bool Holds(LogSource source) => Volatile.Read(ref CounterOf(source)) > 0;

    // The same in every process, unlike a string's own hash: which sources share a counter is no matter of chance.
    private ref int CounterOf(LogSource source)
    {
        var hash = 0u;
        foreach (var letter in source.Id)
        {
            hash = unchecked((hash * 31) + letter);
        }

        return ref _batches[hash % (uint)_batches.Length];
    }
}
