using System.Diagnostics;

namespace PlayFlow.Benchmarks.Launch;

/// <summary>A named pipe that games write a byte into when they are ready.</summary>
internal sealed class ReadyPipe : IDisposable
{
    private readonly FileStream _pipe;

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
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Waits for the next byte.</summary>
    /// <returns>The moment it came, as <see cref="Stopwatch.GetTimestamp"/> counts.</returns>
    public long WaitForByte()
    {
        _pipe.ReadByte();
        return Stopwatch.GetTimestamp();
    }

    public void Dispose() => _pipe.Dispose();
}
