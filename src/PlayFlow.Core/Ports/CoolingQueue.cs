using System.Runtime.CompilerServices;

namespace PlayFlow.Core.Ports;

/// <summary>Indices of a range that wait, in the order in which they are due: a ring of entries.</summary>
/// <remarks>
/// An entry goes in at the end, past those due later. Numbers that cool down are due in the order in which they were released,
/// so that is one step; only a clock set back makes it more. Taking one out of the middle is a search, for the rare cases.
/// </remarks>
internal sealed class CoolingQueue
{
    private Entry[] _ring;
    private int _head;
    private int _count;

    public CoolingQueue(int capacity)
    {
        var size = 16;
        while (size < capacity)
        {
            size *= 2;
        }

        _ring = new Entry[size];
    }

    /// <summary>When the first entry is due; never when there is none.</summary>
    public long NextDue { get; private set; } = long.MaxValue;

    public void Add(int index, PortProtocol protocol, long due)
    {
        if (_count == _ring.Length)
        {
            Grow();
        }

        var at = _count;
        _count = at + 1;
        if (at == 0 || due < NextDue)
        {
            NextDue = due;
        }

        for (; at > 0 && this[at - 1].Due > due; at--)
        {
            this[at] = this[at - 1];
        }

        this[at] = new Entry(due, index, protocol);
    }

    /// <summary>Takes out the first entry.</summary>
    public Entry Take()
    {
        var entry = this[0];
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        NextDue = _count == 0 ? long.MaxValue : this[0].Due;
        return entry;
    }

    /// <summary>Takes out an index for some protocols, as far as it waits for them and is due before a time.</summary>
    /// <returns>The protocols for which it was taken out.</returns>
    public PortProtocol Remove(int index, PortProtocol protocol, long dueBefore)
    {
        var removed = PortProtocol.None;
        for (var at = 0; at < _count && protocol != PortProtocol.None && this[at].Due < dueBefore; at++)
        {
            var entry = this[at];
            var found = entry.Index == index ? entry.Protocol & protocol : PortProtocol.None;
            if (found == PortProtocol.None)
            {
                continue;
            }

            removed |= found;
            protocol &= ~found;
            if (entry.Protocol == found)
            {
                RemoveAt(at--);
            }
            else
            {
                this[at] = entry with { Protocol = entry.Protocol & ~found };
            }
        }

        return removed;
    }

    private ref Entry this[int at]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var ring = _ring;
            return ref ring[unchecked(_head + at) & (ring.Length - 1)];
        }
    }

    private void RemoveAt(int at)
    {
        _count--;
        for (; at < _count; at++)
        {
            this[at] = this[at + 1];
        }

        NextDue = _count == 0 ? long.MaxValue : this[0].Due;
    }

    private void Grow()
    {
        var ring = new Entry[_ring.Length * 2];
        for (var at = 0; at < _count; at++)
        {
            ring[at] = this[at];
        }

        _ring = ring;
        _head = 0;
    }

    internal readonly record struct Entry(long Due, int Index, PortProtocol Protocol);
}
