using System.Numerics;

namespace PlayFlow.Benchmarks.Ports;

/// <summary>The floor: a three-level bitmap and nothing else. No protocols, no cool-down, no check of anything.</summary>
internal sealed class BareBitmap
{
    private readonly ulong[] _words = new ulong[1024];
    private readonly ulong[] _groups = new ulong[16];
    private ulong _top;

    public void Release(int index)
    {
        _words[index >> 6] |= 1UL << (index & 63);
        _groups[index >> 12] |= 1UL << ((index >> 6) & 63);
        _top |= 1UL << (index >> 12);
    }

    public int Allocate()
    {
        var group = BitOperations.TrailingZeroCount(_top);
        var word = (group << 6) | BitOperations.TrailingZeroCount(_groups[group]);
        var index = (word << 6) | BitOperations.TrailingZeroCount(_words[word]);
        if ((_words[word] &= _words[word] - 1) == 0 && (_groups[group] &= ~(1UL << (word & 63))) == 0)
        {
            _top &= _top - 1;
        }

        return index;
    }
}
