namespace PlayFlow.Core.Ports;

/// <summary>Indices of a range that wait, in the order in which they are due: a ring of entries.</summary>
/// <remarks>
/// An entry goes in at the end, past those due later. Numbers that cool down are due in the order in which they were released,
/// so that is one step; only a clock set back makes it more. Taking one out of the middle is a search, for the rare cases.
/// </remarks>
internal sealed class CoolingQueue(int capacity)
{
    private Entry[] _ring = new Entry[RoundUp(capacity)];
    private int _head;
    private int _count;

    /// <summary>When the first entry is due; never when there is none.</summary>
    public long NextDue => _count == 0 ? long.MaxValue : _ring[_head].Due;

    public void Add(int index, PortProtocol protocol, long due)
    {
        if (_count == _ring.Length)
        {
            Grow();
        }

        var at = _count++;
        for (; at > 0 && this[at - 1].Due > due; at--)
        {
            this[at] = this[at - 1];
        }

        this[at] = new Entry(due, index, protocol);
    }

    /// <summary>Takes out the first entry.</summary>
    public (int Index, PortProtocol Protocol) Take()
    {
        var entry = _ring[_head];
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
        return (entry.Index, entry.Protocol);
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

    private ref Entry this[int at] => ref _ring[(_head + at) & (_ring.Length - 1)];

    private static int RoundUp(int capacity)
    {
        var size = 16;
        while (size < capacity)
        {
            size *= 2;
        }

        return size;
    }

    private void RemoveAt(int at)
    {
        _count--;
        for (; at < _count; at++)
        {
            this[at] = this[at + 1];
        }
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

    private readonly record struct Entry(long Due, int Index, PortProtocol Protocol);
}
