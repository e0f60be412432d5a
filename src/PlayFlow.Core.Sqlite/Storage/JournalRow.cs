using System.Buffers;
using System.Buffers.Binary;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>
/// How entries of the journal share a row, since a row costs much more than an entry: one alone is the payload; of several,
/// each comes after its length in four bytes, the lowest first.
/// </summary>
internal static class JournalRow
{
    private const int LengthBytes = sizeof(int);

    /// <summary>Adds an entry to the payload of a row of several.</summary>
    public static void Add(ArrayBufferWriter<byte> payload, ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload.GetSpan(LengthBytes), entry.Length);
        payload.Advance(LengthBytes);
        payload.Write(entry);
    }

    /// <summary>Takes a row apart; false when it is not what was written.</summary>
    /// <param name="first">The number of its first entry.</param>
    /// <param name="count">How many it holds.</param>
    /// <param name="payload">What they share.</param>
    /// <param name="after">Entries up to this number are left out.</param>
    /// <param name="entries">Takes the rest of them.</param>
    public static bool TryRead(long first, long count, ReadOnlyMemory<byte> payload, long after, List<JournalEntry> entries)
    {
        if (count == 1)
        {
            Keep(first, payload);
            return true;
        }

        for (var sequence = first; sequence < first + count; sequence++)
        {
            var length = payload.Length < LengthBytes ? -1 : BinaryPrimitives.ReadInt32LittleEndian(payload.Span);
            if (length < 0 || length > payload.Length - LengthBytes)
            {
                return false;
            }

            Keep(sequence, payload.Slice(LengthBytes, length));
            payload = payload[(LengthBytes + length)..];
        }

        return payload.IsEmpty;

        void Keep(long sequence, ReadOnlyMemory<byte> entry)
        {
            if (sequence > after)
            {
                entries.Add(new JournalEntry(sequence, entry));
            }
        }
    }
}
