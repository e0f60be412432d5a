#if !NETSTANDARD
using System.Numerics;
#endif

namespace PlayFlow.Core.Ports;

/// <summary>
/// The upper two levels of a bitmap: which of its words have any bit set. Sixty-four cubed covers every port there is, so the
/// lowest is found in a look at each level, however full it is.
/// </summary>
internal struct PortWordSet(int size)
{
    private readonly ulong[] _groups = new ulong[(size + 63) >> 6];
    private ulong _top;

    /// <summary>The lowest bit set in a number that is not zero.</summary>
#if NETSTANDARD
    public static int LowestBit(ulong value) => unchecked(DeBruijnBits[((value & (0UL - value)) * DeBruijn) >> 58]);
#else
    public static int LowestBit(ulong value) => BitOperations.TrailingZeroCount(value);
#endif

    /// <summary>All bits above one. In two shifts: a shift by 64 is a shift by nothing.</summary>
    public static ulong HigherThan(int bit) => ~0UL << bit << 1;

    public void Add(int word)
    {
        _groups[word >> 6] |= 1UL << (word & 63);
        _top |= 1UL << (word >> 6);
    }

    public void Remove(int word)
    {
        ref var group = ref _groups[word >> 6];
        group &= ~(1UL << (word & 63));
        if (group == 0)
        {
            _top &= ~(1UL << (word >> 6));
        }
    }

    /// <summary>The lowest member, or -1.</summary>
    public readonly int Lowest() => LowestFrom(_top);

    /// <summary>The lowest member above another, or -1.</summary>
    public readonly int Above(int word)
    {
        var rest = _groups[word >> 6] & HigherThan(word & 63);
        return rest != 0 ? (word & ~63) | LowestBit(rest) : LowestFrom(_top & HigherThan(word >> 6));
    }

    private readonly int LowestFrom(ulong top)
    {
        if (top == 0)
        {
            return -1;
        }

        var group = LowestBit(top);
        return (group << 6) | LowestBit(_groups[group]);
    }

#if NETSTANDARD
    private const ulong DeBruijn = 0x03F79D71B4CB0A89;

    private static readonly byte[] DeBruijnBits = MakeDeBruijnBits();

    private static byte[] MakeDeBruijnBits()
    {
        var bits = new byte[64];
        for (var bit = 0; bit < 64; bit++)
        {
            bits[unchecked(DeBruijn << bit) >> 58] = (byte)bit;
        }

        return bits;
    }
#endif
}
