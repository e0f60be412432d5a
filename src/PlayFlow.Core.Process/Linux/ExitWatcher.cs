using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// Tells when processes end, whether or not they are children of this one: one thread waits for all of them and costs nothing
/// while nothing ends. Safe to call from any thread.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ExitWatcher : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<int, Watch> _watches = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Epoll _epoll = new();
    private readonly int _wake;
    private readonly Thread _thread;
    private volatile bool _disposed;

    public ExitWatcher(TimeProvider time)
    {
        _time = time;
        _wake = Libc.EventFd(0, Libc.CloseOnExec);
        if (!_epoll.TryAdd(_wake))
        {
            throw new InvalidOperationException("The system gives no more descriptors to watch processes with.");
        }

        _thread = new Thread(Run, 128 * 1024) { IsBackground = true, Name = "PlayFlow exits" };
        _thread.Start();
    }

    /// <summary>Completes once the process is gone; at once when it already is.</summary>
    public Task WaitAsync(ProcessIdentity process)
    {
        var descriptor = Libc.OpenPidfd(process.Pid);
        if (descriptor < 0)
        {
            return process.IsAlive() ? PollAsync(process) : Task.CompletedTask;
        }

        // The descriptor holds on to whoever has the number now: make sure that it is still the same one.
        if (!process.IsAlive())
        {
            _ = Libc.Close(descriptor);
            return Task.CompletedTask;
        }

        var watch = new Watch();
        _watches[descriptor] = watch;
        if (!_epoll.TryAdd(descriptor))
        {
            Complete(descriptor);
        }

        return watch.Task;
    }

    /// <summary>Ends the thread. Tasks still waiting are cancelled.</summary>
    public unsafe void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stopped.Cancel();
        var one = 1UL;
        _ = Libc.Write(_wake, &one, sizeof(ulong));
        _thread.Join();
        foreach (var (descriptor, watch) in _watches)
        {
            _ = Libc.Close(descriptor);
            watch.TrySetCanceled();
        }

        _ = Libc.Close(_wake);
        _epoll.Dispose();
        _stopped.Dispose();
    }

    // Kernels before 5.3 have no descriptor for a process that is not a child.
    private async Task PollAsync(ProcessIdentity process)
    {
        while (process.IsAlive())
        {
            await Task.Delay(PollInterval, _time, _stopped.Token).ConfigureAwait(false);
        }
    }

    private void Run()
    {
        while (!_disposed)
        {
            foreach (var descriptor in _epoll.Wait(Timeout.InfiniteTimeSpan))
            {
                if (descriptor != _wake)
                {
                    Complete(descriptor);
                }
            }
        }
    }

    private void Complete(int descriptor)
    {
        if (_watches.TryRemove(descriptor, out var watch))
        {
            _epoll.Remove(descriptor);
            _ = Libc.Close(descriptor);
            watch.TrySetResult();
        }
    }

    private sealed class Watch() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
