using System.Diagnostics;

namespace PlayFlow.Benchmarks.Launch;

/// <summary>A named pipe that games write a byte into when they are ready, or cannot be.</summary>
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

    /// <summary>Waits for the next game to be ready.</summary>
    /// <returns>The moment its byte came, as <see cref="Stopwatch.GetTimestamp"/> counts.</returns>
    /// <exception cref="InvalidOperationException">It could not bind its port.</exception>
    public long WaitForByte()
    {
        var word = _pipe.ReadByte();
        var at = Stopwatch.GetTimestamp();
        return word == UdpGame.Ready ? at : throw new InvalidOperationException("A game could not bind its port: another process holds it.");
    }

    public void Dispose() => _pipe.Dispose();
}
