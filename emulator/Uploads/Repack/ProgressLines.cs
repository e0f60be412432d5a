namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>Writes a line for about every tenth of the work, fewer for small builds.</summary>
internal sealed class ProgressLines(long total, Action<string> log)
{
    private const long SmallestStep = 16_000_000;

    private readonly long _step = Math.Max(total / 10, SmallestStep);
    private long _done;
    private long _next = Math.Max(total / 10, SmallestStep);

    /// <summary>Counts bytes.</summary>
    public void Add(int bytes)
    {
        _done += bytes;
        if (_done < _next || _done == total)
            return;

        log($"Repacked {LogText.Size(_done)} of {LogText.Size(total)} ({_done * 100 / total} %).");
        _next = ((_done / _step) + 1) * _step;
    }
}
