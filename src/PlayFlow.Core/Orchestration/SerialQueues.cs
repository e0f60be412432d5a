namespace PlayFlow.Core.Orchestration;

/// <summary>Runs work in order for each key, and at once for different keys. A queue is forgotten when it is empty.</summary>
/// <typeparam name="TKey">What orders the work.</typeparam>
internal sealed class SerialQueues<TKey>
    where TKey : notnull
{
    private readonly object _lock = new();

    // Null for a key whose work is the only one: nearly always.
    private readonly Dictionary<TKey, Queue<Func<Task>>?> _queues = [];
    private TaskCompletionSource<bool>? _idle;

    /// <summary>Runs work after all that was queued for the key before. The work must not throw.</summary>
    public void Enqueue(TKey key, Func<Task> work)
    {
        lock (_lock)
        {
            if (_queues.TryGetValue(key, out var queue))
            {
                _queues[key] = queue ??= new Queue<Func<Task>>();
                queue.Enqueue(work);
                return;
            }

            _queues.Add(key, null);
        }

        ThreadPool.UnsafeQueueUserWorkItem(state => { _ = RunAsync(key, work); }, null);
    }

    /// <summary>Completes at a moment when nothing is queued or running.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _queues.Count == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private async Task RunAsync(TKey key, Func<Task> first)
    {
        var work = first;
        while (work is not null)
        {
            await work().ConfigureAwait(false);
            work = NextOrLeave(key);
        }
    }

    private Func<Task>? NextOrLeave(TKey key)
    {
        lock (_lock)
        {
            if (_queues[key] is { Count: > 0 } queue)
            {
                return queue.Dequeue();
            }

            _queues.Remove(key);
            if (_queues.Count == 0)
            {
                _idle?.TrySetResult(true);
                _idle = null;
            }

            return null;
        }
    }
}
