using System.Buffers;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>
/// The content of one entry. It has exactly the bytes and the checksum the directory promises, or reading it fails: so its length
/// can be written down before its end is seen. Its first bytes can be looked at before it is read.
/// </summary>
internal sealed class EntryStream : ReadOnlyStream
{
    /// <summary>How many bytes can be looked at in advance.</summary>
    public const int HeadSize = 64;

    private const int CopySize = 256 * 1024;

    private readonly ZipEntry _entry;
    private readonly Stream _inner;
    private readonly UnpackBudget _budget;
    private readonly Action<int>? _progress;
    private readonly byte[] _head;
    private uint _crc;
    private long _unpacked;
    private long _position;

    /// <summary>Reads the head.</summary>
    public EntryStream(ZipEntry entry, Stream inner, UnpackBudget budget, Action<int>? progress)
    {
        _entry = entry;
        _inner = inner;
        _budget = budget;
        _progress = progress;
        _head = new byte[Math.Min(entry.Size, HeadSize)];
        for (var filled = 0; filled < _head.Length;)
            filled += Unpack(_head.AsSpan(filled));
        if (entry.Size == 0)
            CheckEnd();
    }

    /// <summary>The first bytes, at most <see cref="HeadSize"/>.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>True: archive writers ask it of a stream whose length they want to know beforehand. It does not seek.</summary>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override long Length => _entry.Size;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_position == _entry.Size || buffer.IsEmpty)
            return 0;

        int count;
        if (_position < _head.Length)
        {
            count = Math.Min(buffer.Length, _head.Length - (int)_position);
            _head.AsSpan((int)_position, count).CopyTo(buffer);
        }
        else
        {
            count = Unpack(buffer);
        }

        _position += count;
        _progress?.Invoke(count);
        return count;
    }

    /// <inheritdoc/>
    public override void CopyTo(Stream destination, int bufferSize)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(CopySize, Math.Max(_entry.Size, 1)));
        try
        {
            for (var count = Read(buffer); count > 0; count = Read(buffer))
                destination.Write(buffer, 0, count);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _inner is not FileSlice)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private int Unpack(Span<byte> buffer)
    {
        var count = ReadInner(buffer[..(int)Math.Min(buffer.Length, _entry.Size - _unpacked)]);
        if (count == 0)
            throw Damaged($"it ends after {LogText.Size(_unpacked)} instead of {LogText.Size(_entry.Size)}");

        _budget.Take(count);
        _crc = Crc32.Append(_crc, buffer[..count]);
        _unpacked += count;
        if (_unpacked == _entry.Size)
            CheckEnd();
        return count;
    }

    private void CheckEnd()
    {
        Span<byte> beyond = stackalloc byte[1];
        if (ReadInner(beyond) != 0)
            throw Damaged($"it holds more than the {LogText.Size(_entry.Size)} it is said to hold");
        if (_crc != _entry.Crc)
            throw Damaged("its checksum does not match");
    }

    private int ReadInner(Span<byte> buffer)
    {
        try
        {
            return _inner.Read(buffer);
        }
        catch (InvalidDataException fault)
        {
            throw Damaged("its compressed data cannot be read", fault);
        }
    }

    private BadArchiveException Damaged(string how, Exception? fault = null) =>
        new($"The entry {LogText.Quote(_entry.Name)} is damaged: {how}.", fault);
}
