namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>A file whose bytes are told to go to the disk; the first time of that may fail as the operating system has it.</summary>
internal sealed class WatchedDisk(string path, int? error = null) : FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0)
{
    private int _flushes;

    public int Flushes => _flushes;

    public override void Flush(bool flushToDisk)
    {
        if (flushToDisk && Interlocked.Increment(ref _flushes) == 1 && error is { } number)
            throw new IOException("The disk said no.", number);
        base.Flush(flushToDisk);
    }
}
