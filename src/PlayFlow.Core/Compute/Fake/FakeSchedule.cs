namespace PlayFlow.Core.Compute.Fake;

/// <summary>Actions at times to come, on one timer: in the order of their times, then in that in which they were added.</summary>
internal sealed class FakeSchedule
{
    // Timers refuse more than 49 days; waking up for nothing is harmless.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly object _gate = new();
    private readonly SortedDictionary<(TimeSpan Due, long Sequence), Action> _actions = [];
    private readonly TimeProvider _timeProvider;
    private readonly long _origin;
    private readonly ITimer _timer;
    private long _sequence;

    public FakeSchedule(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _origin = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(_ => RunDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs an action later, or now when no time is to pass.</summary>
    public void Run(TimeSpan after, Action action)
    {
        if (after <= TimeSpan.Zero)
        {
            action();
            return;
        }

        lock (_gate)
        {
            var now = _timeProvider.GetElapsedTime(_origin);
            var due = after > TimeSpan.MaxValue - now ? TimeSpan.MaxValue : now + after;
            _actions.Add((due, _sequence++), action);
            if (_actions.First().Key.Due == due)
            {
                Wait(after);
            }
        }
    }

    private void RunDue()
    {
        while (TakeDue() is { } action)
        {
            action();
        }
    }

    private Action? TakeDue()
    {
        lock (_gate)
        {
            if (_actions.Count == 0)
            {
                return null;
            }

            var (key, action) = _actions.First();
            var wait = key.Due - _timeProvider.GetElapsedTime(_origin);
            if (wait > TimeSpan.Zero)
            {
                Wait(wait);
                return null;
            }

            _actions.Remove(key);
            return action;
        }
    }

    private void Wait(TimeSpan time) => _timer.Change(time < LongestWait ? time : LongestWait, Timeout.InfiniteTimeSpan);
}
