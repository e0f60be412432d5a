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
    // Drawn with the first id: a host that gives none needs no cryptography.
    private readonly Lazy<int> _first = new(static () => RandomNumberGenerator.GetInt32(int.MinValue, int.MaxValue));
    private int _count;

    /// <inheritdoc/>
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[4..]);

        // Guid reads its first three fields little-endian, and writes the first as eight digits that sort as it does: byte 7 holds
        // the version, byte 8 the variant.
        BinaryPrimitives.WriteInt32LittleEndian(bytes, unchecked(_first.Value + Interlocked.Increment(ref _count)));
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString("D");
    }
}
