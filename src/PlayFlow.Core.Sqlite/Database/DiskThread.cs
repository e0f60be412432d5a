namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// A thread for work that waits for the disk, done in order. A thread of the pool that waits is one that answers nobody, of as many as
/// the machine has processors.
/// </summary>
/// <remarks>
/// Made when there is something to do first. Asleep whenever there is nothing: turns spent looking for more are taken from the
/// threads that would give it.
/// </remarks>
internal sealed class DiskThread(string name) : IAsyncDisposable
{
    private readonly Queue<(Action Work, TaskCompletionSource Done)> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isRunning;
    private bool _isEnding;

    /// <summary>Does the work after all that was given before; what it throws, the task does.</summary>
    /// <exception cref="ObjectDisposedException">The thread has ended.</exception>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_queue)
        {
            ObjectDisposedException.ThrowIf(_isEnding, this);
            if (!_isRunning)
            {
                new Thread(Run) { IsBackground = true, Name = name }.Start();
                _isRunning = true;
            }

            _queue.Enqueue((work, done));
            Monitor.Pulse(_queue);
        }

        return done.Task;
    }

    /// <summary>Waits for what was given, and ends.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_queue)
        {
            _isEnding = true;
            Monitor.Pulse(_queue);
            return _isRunning ? new ValueTask(_ended.Task) : default;
        }
    }

    private void Run()
    {
        while (TryTake(out var next))
        {
            try
            {
                next.Work();
                next.Done.SetResult();
            }
#pragma warning disable CA1031 // it goes to whoever awaits the work
            catch (Exception e)
#pragma warning restore CA1031
            {
                next.Done.SetException(e);
            }
        }

        _ended.SetResult();
    }

    private bool TryTake(out (Action Work, TaskCompletionSource Done) next)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out next))
            {
                if (_isEnding)
                {
                    return false;
                }

                Monitor.Wait(_queue);
            }

            return true;
        }
    }
}
