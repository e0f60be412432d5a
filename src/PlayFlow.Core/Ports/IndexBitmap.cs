using System.Runtime.CompilerServices;
#if !NETSTANDARD
using System.Numerics;
#endif

namespace PlayFlow.Core.Ports;

/// <summary>
/// A set of indices as a bitmap of three levels: a bit for each index, for each word of those that has any bit set, and for each
/// word of these. The lowest is known, and the next one is found in a look at each level, however many there are.
/// </summary>
internal sealed class IndexBitmap
{
    /// <summary>The most indices three levels reach: four times as many as there are ports.</summary>
    public const int MaxSize = 64 * 64 * 64;

    /// <summary>What is said instead of an index when there is none.</summary>
    public const int None = -1;

    private readonly ulong[] _bits;
    private readonly ulong[] _words;
    private ulong _top;
    private int _lowest = None;

    /// <summary>An empty set of indices from 0 below the size.</summary>
    public IndexBitmap(int size)
    {
        if (size > MaxSize)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "Three levels do not reach so far.");
        }

        _bits = new ulong[(size + 63) >> 6];
        _words = new ulong[(size + 4095) >> 12];
    }

    /// <summary>The lowest index, or <see cref="None"/>.</summary>
    public int Lowest => _lowest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int index)
    {
        _bits[index >> 6] |= 1UL << (index & 63);
        _words[index >> 12] |= 1UL << ((index >> 6) & 63);
        _top |= 1UL << (index >> 12);
        _lowest = Lower(_lowest, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Remove(int index)
    {
        if ((_bits[index >> 6] &= ~(1UL << (index & 63))) == 0 && (_words[index >> 12] &= ~(1UL << ((index >> 6) & 63))) == 0)
        {
            _top &= ~(1UL << (index >> 12));
        }

        if (index == _lowest)
        {
            _lowest = FindLowest();
        }
    }

    /// <summary>Removes the lowest index; there is one.</summary>
    /// <remarks>No level waits for what another level says: that is what makes it faster than removing a given index.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RemoveLowest()
    {
        unchecked
        {
            ref var words = ref _words[LowestBit(_top)];
            ref var bits = ref _bits[(LowestBit(_top) << 6) | LowestBit(words)];
            if ((bits &= bits - 1) == 0 && (words &= words - 1) == 0)
            {
                _top &= _top - 1;
            }
        }

        _lowest = FindLowest();
    }

    /// <summary>The lower of two that may be <see cref="None"/>: as an unsigned number, that is above all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Lower(int one, int other) => unchecked((int)Math.Min((uint)one, (uint)other));

    /// <summary>The lowest index above another, or <see cref="None"/>.</summary>
    public int Above(int index)
    {
        var bits = _bits[index >> 6] & HigherThan(index & 63);
        if (bits != 0)
        {
            return (index & ~63) | LowestBit(bits);
        }

        var words = _words[index >> 12] & HigherThan((index >> 6) & 63);
        if (words != 0)
        {
            return LowestInWord((index >> 12 << 6) | LowestBit(words));
        }

        var top = _top & HigherThan(index >> 12);
        return top == 0 ? None : LowestIn(LowestBit(top));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindLowest() => _top == 0 ? None : LowestIn(LowestBit(_top));

    private int LowestIn(int words) => LowestInWord((words << 6) | LowestBit(_words[words]));

    private int LowestInWord(int word) => (word << 6) | LowestBit(_bits[word]);

    // In two shifts: a shift by 64 is a shift by nothing.
    private static ulong HigherThan(int bit) => ~0UL << bit << 1;

#if NETSTANDARD
    private const ulong DeBruijn = 0x03F79D71B4CB0A89;

    private static readonly byte[] DeBruijnBits = MakeDeBruijnBits();

    private static int LowestBit(ulong value) => unchecked(DeBruijnBits[((value & (0UL - value)) * DeBruijn) >> 58]);

    private static byte[] MakeDeBruijnBits()
    {
        var bits = new byte[64];
        for (var bit = 0; bit < 64; bit++)
        {
            bits[unchecked(DeBruijn << bit) >> 58] = (byte)bit;
        }

        return bits;
    }
#else
    private static int LowestBit(ulong value) => BitOperations.TrailingZeroCount(value);
#endif
}
