namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Reads a log as it grows. Only the reader's place is kept, no lines: one that falls behind holds up nobody, and loses nothing
/// but what the store's retention drops before it comes. For one reader at a time.
/// </summary>
public sealed class LogTail : IDisposable
{
    private readonly ILogStore _store;
    private readonly LogFollowers _followers;
    private readonly TimeProvider _time;
    private LogQuery _query;
    private TaskCompletionSource<bool> _arrived = NewArrival();

    internal LogTail(ILogStore store, LogFollowers followers, LogQuery query, TimeProvider time)
    {
        (_store, _followers, _query, _time) = (store, followers, query, time);
        followers.Add(this);
    }

    internal LogSource Source => _query.Source!.Value;

    /// <summary>The next lines; waits for some when there are none yet.</summary>
    /// <param name="patience">How long to wait, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lines, none when they did not come in time.</returns>
    public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(TimeSpan patience, CancellationToken cancellationToken = default)
    {
        // Set up before looking: a line kept between the look and the wait is not slept through.
        var arrived = NewArrival();
        Volatile.Write(ref _arrived, arrived);
        var lines = await NextAsync(cancellationToken).ConfigureAwait(false);
        if (lines.Count > 0)
        {
            return lines;
        }

        try
        {
            await arrived.Task.WaitAsync(patience, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return [];
        }

        return await NextAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _followers.Remove(this);

    internal void Wake() => Volatile.Read(ref _arrived).TrySetResult(true);

    private async ValueTask<IReadOnlyList<LogRecord>> NextAsync(CancellationToken cancellationToken)
    {
        var lines = await _store.ReadAsync(_query, cancellationToken).ConfigureAwait(false);
        if (lines.Count > 0)
        {
            _query = _query with { AfterSequence = lines[^1].Sequence };
        }

        return lines;
    }

    private static TaskCompletionSource<bool> NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
