using System.Runtime.CompilerServices;

namespace PlayFlow.Core.Ports;

/// <summary>
/// Whether each index of a range is free, held or, when neither, cooling, for UDP and for TCP apart: a byte for each, and the
/// free ones once more in bitmaps that find the lowest.
/// </summary>
internal sealed class PortStates
{
    private const int HeldShift = 2;

    // The protocols an index is free for, and above them those it is held for.
    private readonly byte[] _states;

    // An index is in one of them at most, so that a change of what it is free for is one step out and one in.
    private readonly IndexBitmap _udpOnly;
    private readonly IndexBitmap _tcpOnly;
    private readonly IndexBitmap _both;

    /// <summary>Every index from 0 below the size, free for both.</summary>
    public PortStates(int size)
    {
        _states = new byte[size];
        _udpOnly = new IndexBitmap(size);
        _tcpOnly = new IndexBitmap(size);
        _both = new IndexBitmap(size);
        for (var index = 0; index < size; index++)
        {
            Free(index, PortProtocol.Both);
        }
    }

    /// <summary>The protocols an index is free for.</summary>
    public PortProtocol FreeOf(int index) => FreeIn(_states[index]);

    /// <summary>The protocols an index is held for.</summary>
    public PortProtocol HeldOf(int index) => (PortProtocol)(_states[index] >> HeldShift);

    /// <summary>From free to held; no protocol is harmless, here and below.</summary>
    public void Take(int index, PortProtocol protocol)
    {
        if (protocol != PortProtocol.None)
        {
            ref var state = ref _states[index];
            For(FreeIn(state)).Remove(index);
            Hold(ref state, index, protocol);
        }
    }

    /// <summary>From free to held, what <see cref="Lowest"/> found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TakeLowest(int lowest, PortProtocol protocol)
    {
        ref var state = ref _states[lowest];
        For(FreeIn(state)).RemoveLowest();
        Hold(ref state, lowest, protocol);
    }

    /// <summary>From held to cooling; false, and nothing changed, when it is not held for all of the protocols, or outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryCool(int index, PortProtocol protocol)
    {
        var states = _states;
        if (unchecked((uint)index) >= (uint)states.Length)
        {
            return false;
        }

        ref var state = ref states[index];
        var held = (int)protocol << HeldShift;
        if ((state & held) != held)
        {
            return false;
        }

        state = unchecked((byte)(state ^ held));
        return true;
    }

    /// <summary>From cooling to free.</summary>
    public void Free(int index, PortProtocol protocol)
    {
        ref var state = ref _states[index];
        var free = FreeIn(state);
        if (free != PortProtocol.None)
        {
            For(free).Remove(index);
        }

        state = unchecked((byte)(state | (int)protocol));
        For(free | protocol).Add(index);
    }

    /// <summary>From cooling to held.</summary>
    public void Hold(int index, PortProtocol protocol) => _states[index] |= unchecked((byte)((int)protocol << HeldShift));

    /// <summary>The lowest index free for all of the protocols, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Lowest(PortProtocol protocol) => IndexBitmap.Lower(_both.Lowest, For(protocol).Lowest);

    /// <summary>Whether an index is below all that are free for all of the protocols.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsBelowFree(int index, PortProtocol protocol) =>
        IndexBitmap.Lower(index, Lowest(protocol)) == index;

    /// <summary>The lowest such index above another, or -1.</summary>
    public int Above(int index, PortProtocol protocol)
    {
        var lowest = _both.Above(index);
        return protocol == PortProtocol.Both ? lowest : IndexBitmap.Lower(lowest, For(protocol).Above(index));
    }

    /// <summary>How many indices are free, or held, for a protocol: looks at each.</summary>
    public int Count(PortProtocol protocol, bool held)
    {
        var wanted = held ? (int)protocol << HeldShift : (int)protocol;
        var count = 0;
        foreach (var state in _states)
        {
            count += (state & wanted) == 0 ? 0 : 1;
        }

        return count;
    }

    /// <summary>The lowest index free for exactly these protocols, or -1.</summary>
    public int LowestOfExactly(PortProtocol free) => For(free).Lowest;

    /// <summary>The lowest such index above another, or -1.</summary>
    public int AboveOfExactly(int index, PortProtocol free) => For(free).Above(index);

    private static PortProtocol FreeIn(byte state) => (PortProtocol)state & PortProtocol.Both;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Hold(ref byte state, int index, PortProtocol protocol)
    {
        var left = FreeIn(state) & ~protocol;
        state = unchecked((byte)(state ^ ((int)protocol | ((int)protocol << HeldShift))));
        if (left != PortProtocol.None)
        {
            For(left).Add(index);
        }
    }

    private IndexBitmap For(PortProtocol free) => free switch
    {
        PortProtocol.Udp => _udpOnly,
        PortProtocol.Tcp => _tcpOnly,
        _ => _both,
    };
}
