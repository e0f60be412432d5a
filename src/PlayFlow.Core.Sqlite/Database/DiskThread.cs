using System.Collections.Concurrent;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// A thread for work that waits for the disk, done in order. A thread of the pool that waits is one that answers nobody, of as many as
/// the machine has processors.
/// </summary>
internal sealed class DiskThread : IAsyncDisposable
{
    private readonly BlockingCollection<(Action Work, TaskCompletionSource Done)> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDisposed;

    public DiskThread(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

    /// <summary>Does the work after all that was given before; what it throws, the task does.</summary>
    /// <exception cref="ObjectDisposedException">The thread has ended.</exception>
    public Task RunAsync(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _queue.Add((work, done));
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(DiskThread));
        }

        return done.Task;
    }

    /// <summary>Waits for what was given, and ends. Not for two threads at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _queue.CompleteAdding();
        await _ended.Task.ConfigureAwait(false);
        _queue.Dispose();
    }

    private void Run()
    {
        foreach (var (work, done) in _queue.GetConsumingEnumerable())
        {
            try
            {
                work();
                done.SetResult();
            }
#pragma warning disable CA1031 // it goes to whoever awaits the work
            catch (Exception e)
#pragma warning restore CA1031
            {
                done.SetException(e);
            }
        }

        _ended.SetResult();
    }
}
