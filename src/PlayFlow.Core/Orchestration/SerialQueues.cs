namespace PlayFlow.Core.Orchestration;

/// <summary>Does work in order for each key, and at once for different keys. A queue is forgotten when it is empty.</summary>
/// <typeparam name="TKey">What orders the work.</typeparam>
/// <typeparam name="TWork">What there is to do.</typeparam>
/// <param name="doAsync">Does it; must not throw.</param>
internal sealed class SerialQueues<TKey, TWork>(Func<TWork, Task> doAsync)
    where TKey : notnull
{
    private readonly object _lock = new();

    // Null for a key whose work is the only one: nearly always.
    private readonly Dictionary<TKey, Queue<TWork>?> _queues = [];
    private TaskCompletionSource<bool>? _idle;

    /// <summary>Has work done after all that was queued for the key before.</summary>
    public void Enqueue(TKey key, TWork work)
    {
        lock (_lock)
        {
            if (_queues.TryGetValue(key, out var queue))
            {
                _queues[key] = queue ??= new Queue<TWork>();
                queue.Enqueue(work);
                return;
            }

            _queues.Add(key, null);
        }

        ThreadPool.QueueUserWorkItem(static of => _ = of.Queues.RunAsync(of.Key, of.Work), (Queues: this, Key: key, Work: work), preferLocal: false);
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

    private async Task RunAsync(TKey key, TWork work)
    {
        do
        {
            await doAsync(work).ConfigureAwait(false);
        }
        while (TryTakeNext(key, out work));
    }

    private bool TryTakeNext(TKey key, out TWork work)
    {
        lock (_lock)
        {
            if (_queues[key] is { Count: > 0 } queue)
            {
                work = queue.Dequeue();
                return true;
            }

            _queues.Remove(key);
            if (_queues.Count == 0)
            {
                _idle?.TrySetResult(true);
                _idle = null;
            }

            work = default!;
            return false;
        }
    }
}
