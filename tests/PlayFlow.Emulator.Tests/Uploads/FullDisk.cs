namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>A file on a disk with little room: the write that needs more fails as the operating system has it.</summary>
internal sealed class FullDisk(string path, long room, int error = FullDisk.NoSpace) : FileStream(path, FileMode.Create, FileAccess.Write)
{
    public const int NoSpace = 28;
    public const int InputOutputError = 5;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Take(buffer.Length);
        base.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        Take(count);
        base.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Take(buffer.Length);
        return base.WriteAsync(buffer, cancellationToken);
    }

    private void Take(int bytes)
    {
        room -= bytes;
        if (room < 0)
            throw new IOException("The disk said no.", error);
    }
}
