using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Lower-case version 4 UUIDs from the system's secure random source: ids that nobody can guess. Those that follow one another stand
/// side by side in order, from a random place on, so that a store that keeps ids in order writes them to the same few pages: 90 of
/// their 122 bits are random each time, and the first 32 count.
/// </summary>
public sealed class RandomIdSource : IIdSource
{
    private const int RandomBytes = 12;

    // A call for a few bytes costs the system as much as one for many.
    private readonly byte[] _drawn = new byte[64 * RandomBytes];
    private readonly object _lock = new();
    private int _used = int.MaxValue;
    private int? _number;

    /// <inheritdoc/>
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
        {
            DrawLocked(bytes[^RandomBytes..]);

            // Guid reads its first three fields little-endian, and writes the first as eight digits that sort as it does.
            _number = unchecked((_number ?? RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue)) + 1);
            BinaryPrimitives.WriteInt32LittleEndian(bytes, _number.Value);
        }

        // The version, and the variant.
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString("D");
    }

    // Nothing is drawn before the first id: a host that gives none needs no cryptography. What was given out is not kept.
    private void DrawLocked(Span<byte> bytes)
    {
        if (_used > _drawn.Length - bytes.Length)
        {
            RandomNumberGenerator.Fill(_drawn);
            _used = 0;
        }

        var next = _drawn.AsSpan(_used, bytes.Length);
        next.CopyTo(bytes);
        next.Clear();
        _used += bytes.Length;
    }
}
