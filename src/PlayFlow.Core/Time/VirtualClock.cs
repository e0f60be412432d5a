namespace PlayFlow.Core.Time;

/// <summary>
/// A clock that stands still until it is told otherwise: it can be moved on by steps, set to run at any speed, and frozen again.
/// Everything that takes its time from it, the whole orchestrator included, lives by it. Safe to call from any thread.
/// </summary>
/// <remarks>
/// Moving it on fires every timer due on the way, one after the other, at exactly its time: a day passes in the same order of
/// events as if it had been waited for. After each, <see cref="AdvanceAsync"/> waits until what the timer set off has settled.
/// It never goes backwards.
/// </remarks>
public sealed class VirtualClock : TimeProvider, IDisposable
{
    private readonly object _lock = new();
    private readonly SortedSet<VirtualTimer> _timers = new(VirtualTimer.ByDue);
    private readonly List<Func<Task>> _settlers = [];
    private readonly SemaphoreSlim _advancing = new(1, 1);
    private readonly TimeProvider _real;
    private readonly DateTimeOffset _start;
    private readonly ITimer _alarm;
    private long _now;
    private long _created;
    private double _scale;
    private long _runningSince;

    /// <summary>A frozen clock.</summary>
    /// <param name="start">What it shows.</param>
    /// <param name="real">The clock it runs by when it is given a speed; the system's when null.</param>
    public VirtualClock(DateTimeOffset start, TimeProvider? real = null)
    {
        _start = start.ToUniversalTime();
        _now = 0;
        _real = real ?? System;
        _alarm = _real.CreateTimer(_ => _ = CatchUpAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many virtual seconds pass in a real one; 0 while frozen.</summary>
    public double Scale
    {
        get
        {
            lock (_lock)
            {
                return _scale;
            }
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    /// <summary>Virtual ticks of 100 ns since the clock was made; never goes backwards.</summary>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return ReadLocked();
        }
    }

    /// <summary>Has <see cref="AdvanceAsync"/> wait for something after each timer it fires.</summary>
    /// <param name="whenSettled">Completes when the consequences of what happened so far are over.</param>
    /// <returns>Undoes it.</returns>
    public IDisposable SettleWith(Func<Task> whenSettled)
    {
        lock (_lock)
        {
            _settlers.Add(whenSettled);
        }

        return new Settler(this, whenSettled);
    }

    /// <summary>Stops it from running.</summary>
    public void Freeze() => Run(0);

    /// <summary>Lets it run.</summary>
    /// <param name="scale">Virtual seconds in a real second; 0 freezes it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The speed is negative or not a number.</exception>
    public void Run(double scale)
    {
        if (!(scale >= 0) || double.IsInfinity(scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "A speed is a number, 0 or more.");
        }

        lock (_lock)
        {
            _now = ReadLocked();
            _runningSince = _real.GetTimestamp();
            _scale = scale;
            ArmLocked();
        }
    }

    /// <summary>Moves it on, and returns when all that falls due has happened and its consequences have settled.</summary>
    /// <param name="by">How far; zero or more.</param>
    /// <param name="cancellationToken">Ends it between two timers; the clock then shows the time of the one before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public async Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken = default)
    {
        if (by < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(by), by, "A clock does not go backwards.");
        }

        await _advancing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SettleAsync().ConfigureAwait(false);
            long until;
            lock (_lock)
            {
                _now = ReadLocked();
                _runningSince = _real.GetTimestamp();
                until = _now + by.Ticks;
            }

            await FireUntilAsync(until, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                MoveToLocked(until);
            }
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            var timer = new VirtualTimer(this, ++_created, callback, state);
            ChangeLocked(timer, dueTime, period);
            return timer;
        }
    }

    /// <summary>Lets go of the real clock. Timers made from this one fire no more.</summary>
    public void Dispose()
    {
        _alarm.Dispose();
        _advancing.Dispose();
    }

    internal bool Change(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            ChangeLocked(timer, dueTime, period);
            return true;
        }
    }

    internal void Remove(VirtualTimer timer)
    {
        lock (_lock)
        {
            timer.IsDisposed = true;
            _timers.Remove(timer);
        }
    }

    private async Task FireUntilAsync(long until, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            VirtualTimer timer;
            lock (_lock)
            {
                if (_timers.Count == 0 || _timers.Min!.Due > until)
                {
                    return;
                }

                timer = _timers.Min;
                _timers.Remove(timer);
                MoveToLocked(timer.Due);
                if (timer.Period > 0)
                {
                    timer.Due += timer.Period;
                    _timers.Add(timer);
                }
            }

            timer.Fire();
            await SettleAsync().ConfigureAwait(false);
        }
    }

    private async Task CatchUpAsync()
    {
        await _advancing.WaitAsync().ConfigureAwait(false);
        try
        {
            await FireUntilAsync(GetTimestamp(), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _advancing.Release();
            lock (_lock)
            {
                ArmLocked();
            }
        }
    }

    private async Task SettleAsync()
    {
        Func<Task>[] settlers;
        lock (_lock)
        {
            if (_settlers.Count == 0)
            {
                return;
            }

            settlers = [.. _settlers];
        }

        foreach (var whenSettled in settlers)
        {
            await whenSettled().ConfigureAwait(false);
        }
    }

    private long ReadLocked() => _scale == 0
        ? _now
        : _now + (long)(_real.GetElapsedTime(_runningSince).Ticks * _scale);

    private void MoveToLocked(long time)
    {
        // While it runs it may be past that time already.
        if (_scale == 0 || time > ReadLocked())
        {
            _now = Math.Max(_now, time);
            _runningSince = _real.GetTimestamp();
        }
    }

    private void ChangeLocked(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Remove(timer);
        timer.Period = period > TimeSpan.Zero ? period.Ticks : 0;
        if (dueTime >= TimeSpan.Zero)
        {
            timer.Due = ReadLocked() + dueTime.Ticks;
            _timers.Add(timer);
        }

        ArmLocked();
    }

    private void ArmLocked()
    {
        if (_scale == 0 || _timers.Count == 0)
        {
            _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = TimeSpan.FromTicks((long)Math.Min(Math.Max(0, (_timers.Min!.Due - ReadLocked()) / _scale), TimeSpan.FromDays(1).Ticks));
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private sealed class Settler(VirtualClock clock, Func<Task> whenSettled) : IDisposable
    {
        public void Dispose()
        {
            lock (clock._lock)
            {
                clock._settlers.Remove(whenSettled);
            }
        }
    }
}
