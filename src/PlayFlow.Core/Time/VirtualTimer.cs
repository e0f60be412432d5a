namespace PlayFlow.Core.Time;

/// <summary>A timer of a <see cref="VirtualClock"/>. Its fields belong to the clock's lock.</summary>
internal sealed class VirtualTimer(VirtualClock clock, long number, TimerCallback callback, object? state) : ITimer
{
    /// <summary>Timers due at one time fire in the order in which they were made.</summary>
    public static IComparer<VirtualTimer> ByDue { get; } = Comparer<VirtualTimer>.Create(static (one, other) =>
        one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Number.CompareTo(other.Number));

    public long Number => number;

    public long Due { get; set; }

    public long Period { get; set; }

    public bool IsDisposed { get; set; }

    public void Fire() => callback(state);

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(this, dueTime, period);

    public void Dispose() => clock.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
