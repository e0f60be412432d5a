using System.Diagnostics;

namespace PlayFlow.Benchmarks.Launch;

/// <summary>A named pipe that games write a byte into when they are ready, and a thread that notes when it comes.</summary>
internal sealed class ReadyPipe : IDisposable
{
    private readonly FileStream _pipe;
    private readonly Thread _thread;
    private volatile TaskCompletionSource<long> _next = NewSource();

    /// <summary>Makes the pipe.</summary>
    public ReadyPipe(string path)
    {
        Path = path;
        using (var make = Process.Start("mkfifo", path))
        {
            make.WaitForExit();
        }

        // Open for both, so that it never ends.
        _pipe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Completes with the moment the next byte came, as <see cref="Stopwatch.GetTimestamp"/> counts.</summary>
    public Task<long> NextAsync() => _next.Task;

    public void Dispose()
    {
        _pipe.WriteByte(0);
        _thread.Join();
        _pipe.Dispose();
    }

    private void Run()
    {
        while (_pipe.ReadByte() == '!')
        {
            var now = Stopwatch.GetTimestamp();
            var came = _next;
            _next = NewSource();
            came.SetResult(now);
        }
    }

    private static TaskCompletionSource<long> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
