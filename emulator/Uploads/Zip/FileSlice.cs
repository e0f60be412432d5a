using Microsoft.Win32.SafeHandles;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>A part of a file as a stream that reads ahead. One buffer serves one entry after the other.</summary>
internal sealed class FileSlice(SafeFileHandle file, byte[] buffer) : ReadOnlyStream
{
    private long _next;
    private long _end;
    private int _from;
    private int _to;

    /// <summary>Goes to another part of the file.</summary>
    public void Reset(long offset, long length)
    {
        _next = offset;
        _end = offset + length;
        _from = _to = 0;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> destination)
    {
        if (_from == _to)
        {
            var wanted = (int)Math.Min(buffer.Length, _end - _next);
            if (wanted == 0)
                return 0;
            _from = 0;
            _to = RandomAccess.Read(file, buffer.AsSpan(0, wanted), _next);
            _next += _to;
        }

        var count = Math.Min(destination.Length, _to - _from);
        buffer.AsSpan(_from, count).CopyTo(destination);
        _from += count;
        return count;
    }
}
