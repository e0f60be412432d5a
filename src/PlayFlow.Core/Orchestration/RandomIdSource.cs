using System.Security.Cryptography;

namespace PlayFlow.Core.Orchestration;

/// <summary>Lower-case version 4 UUIDs from the system's secure random source: ids that nobody can guess.</summary>
public sealed class RandomIdSource : IIdSource
{
    /// <inheritdoc/>
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);

        // Guid reads its first three fields little-endian: byte 7 holds the version, byte 8 the variant.
        bytes[7] = (byte)((bytes[7] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes).ToString("D");
    }
}
