using System.Runtime.CompilerServices;

namespace PlayFlow.Core.Ports;

/// <summary>Indices of a range that wait, in the order in which they are due: a ring of entries.</summary>
/// <remarks>
/// An entry goes in at the end, past those due later. Numbers that cool down are due in the order in which they were released,
/// so that is one step; only a clock set back makes it more. Taking one out of the middle is a search, for the rare cases.
/// </remarks>
internal sealed class CoolingQueue
{
    // Small as long as few wait: a ring is walked through from end to end, and a large one leaves no room in the cache.
    private Entry[] _ring = new Entry[16];
    private int _head;
    private int _count;
    private long _lastDue = long.MinValue;

    /// <summary>When the first entry is due; never when there is none.</summary>
    public long NextDue { get; private set; } = long.MaxValue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int index, PortProtocol protocol, long due)
    {
        if (_count == _ring.Length)
        {
            Grow();
        }

        if (due < _lastDue)
        {
            Insert(new Entry(due, index, protocol));
            return;
        }

        _lastDue = due;
        NextDue = Math.Min(NextDue, due);
        unchecked
        {
            this[_count++] = new Entry(due, index, protocol);
        }
    }

    /// <summary>Takes out the first entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Entry Take()
    {
        var entry = this[0];
        unchecked
        {
            _head++;
            _count--;
        }

        if (_count == 0)
        {
            NextDue = long.MaxValue;
            _lastDue = long.MinValue;
        }
        else
        {
            NextDue = this[0].Due;
        }

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
            return ref ring[unchecked(_head + at & (ring.Length - 1))];
        }
    }

    private void Insert(Entry entry)
    {
        var at = _count++;
        for (; at > 0 && this[at - 1].Due > entry.Due; at--)
        {
            this[at] = this[at - 1];
        }

        this[at] = entry;
        NextDue = this[0].Due;
    }

    private void RemoveAt(int at)
    {
        _count--;
        for (; at < _count; at++)
        {
            this[at] = this[at + 1];
        }

        NextDue = _count == 0 ? long.MaxValue : this[0].Due;
        _lastDue = _count == 0 ? long.MinValue : this[_count - 1].Due;
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
