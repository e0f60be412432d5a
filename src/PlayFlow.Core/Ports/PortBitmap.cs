#if !NETSTANDARD
using System.Numerics;
#endif

namespace PlayFlow.Core.Ports;

/// <summary>
/// A set of small integers that finds its lowest member in three look-ups, however full it is: a bit for each integer, a bit
/// for each word that has any, a bit for each group of words that has any. Sixty-four cubed covers every port there is.
/// </summary>
internal sealed class PortBitmap
{
    private readonly ulong[] _words;
    private readonly ulong[] _groups;
    private ulong _top;

    public PortBitmap(int size)
    {
        _words = new ulong[(size + 63) >> 6];
        _groups = new ulong[(_words.Length + 63) >> 6];
    }

    public int Count { get; private set; }

    public bool Contains(int index) => (_words[index >> 6] & (1UL << (index & 63))) != 0;

    /// <summary>Puts in an integer that is not in.</summary>
    public void Add(int index)
    {
        ref var word = ref _words[index >> 6];
        if (word == 0)
        {
            _groups[index >> 12] |= 1UL << ((index >> 6) & 63);
            _top |= 1UL << (index >> 12);
        }

        word |= 1UL << (index & 63);
        unchecked { Count++; }
    }

    /// <summary>Takes out an integer that is in.</summary>
    public void Remove(int index)
    {
        ref var word = ref _words[index >> 6];
        word &= ~(1UL << (index & 63));
        unchecked { Count--; }
        if (word != 0)
        {
            return;
        }

        ref var group = ref _groups[index >> 12];
        group &= ~(1UL << ((index >> 6) & 63));
        if (group == 0)
        {
            _top &= ~(1UL << (index >> 12));
        }
    }

    /// <summary>The lowest member, or -1.</summary>
    public int Lowest()
    {
        if (_top == 0)
        {
            return -1;
        }

        var group = LowestBit(_top);
        var word = (group << 6) | LowestBit(_groups[group]);
        return (word << 6) | LowestBit(_words[word]);
    }

    /// <summary>The lowest member above an integer, or -1.</summary>
    public int Above(int index)
    {
        var word = index >> 6;
        var rest = _words[word] & HigherThan(index & 63);
        if (rest != 0)
        {
            return (word << 6) | LowestBit(rest);
        }

        var group = word >> 6;
        rest = _groups[group] & HigherThan(word & 63);
        if (rest == 0)
        {
            rest = _top & HigherThan(group);
            if (rest == 0)
            {
                return -1;
            }

            group = LowestBit(rest);
            rest = _groups[group];
        }

        word = (group << 6) | LowestBit(rest);
        return (word << 6) | LowestBit(_words[word]);
    }

    // Two shifts: a shift by 64 is a shift by nothing.
    private static ulong HigherThan(int bit) => ~0UL << bit << 1;

#if NETSTANDARD
    private const ulong DeBruijn = 0x03F79D71B4CB0A89;

    private static readonly byte[] DeBruijnBits = MakeDeBruijnBits();

    private static byte[] MakeDeBruijnBits()
    {
        var bits = new byte[64];
        for (var bit = 0; bit < 64; bit++)
        {
            bits[(DeBruijn << bit) >> 58] = (byte)bit;
        }

        return bits;
    }

    private static int LowestBit(ulong value)
    {
        unchecked
        {
            return DeBruijnBits[((value & (0UL - value)) * DeBruijn) >> 58];
        }
    }
#else
    private static int LowestBit(ulong value) => BitOperations.TrailingZeroCount(value);
#endif
}
