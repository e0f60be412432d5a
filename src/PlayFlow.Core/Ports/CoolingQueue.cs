using System.Runtime.CompilerServices;

namespace PlayFlow.Core.Ports;

/// <summary>Indices of a range that wait, in the order in which they are due: a ring of entries.</summary>
/// <remarks>
/// An entry goes in at the end, past those due later. Numbers that cool down are due in the order in which they were released,
/// so that is one step; only a clock set back makes it more. Taking one out of the middle is a search, for the rare cases.
/// </remarks>
internal sealed class CoolingQueue
{
    private const long Never = long.MaxValue;

    // Small as long as few wait: a ring is walked through from end to end, and a large one leaves no room in the cache.
    private Entry[] _ring = new Entry[16];
    private int _head;
    private int _end;

    // Kept apart, so that neither a look at an entry that is not due nor the usual new one reads another entry.
    private long _firstDue = Never;
    private long _latestDue = long.MinValue;

    /// <summary>Puts in an entry that is due at a time before never.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int index, PortProtocol protocol, long due)
    {
        unchecked
        {
            if (_end - _head == _ring.Length)
            {
                Grow();
            }

            var at = _end++;
            if (due >= _latestDue)
            {
                _latestDue = due;
            }
            else
            {
                at = MoveLater(at, due);
            }

            if (at == _head)
            {
                _firstDue = due;
            }

            this[at] = new Entry(due, index, protocol);
        }
    }

    /// <summary>Whether the first entry is due.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsDue(long now) => _firstDue <= now;

    /// <summary>Takes out the first entry when it is due.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(long now, out int index, out PortProtocol protocol)
    {
        if (!IsDue(now))
        {
            index = 0;
            protocol = PortProtocol.None;
            return false;
        }

        // Field by field, as it was written: a copy of the whole would wait for the writes to leave the processor.
        ref var entry = ref this[_head];
        index = entry.Index;
        protocol = entry.Protocol;
        unchecked
        {
            _head++;
        }

        LookAtFirst();
        return true;
    }

    /// <summary>Takes out an index for some protocols, as far as it waits for them and is due before a time.</summary>
    /// <returns>The protocols for which it was taken out.</returns>
    public PortProtocol Remove(int index, PortProtocol protocol, long dueBefore)
    {
        var removed = PortProtocol.None;
        unchecked
        {
            for (var at = _head; protocol != PortProtocol.None && at != _end && this[at].Due < dueBefore; at++)
            {
                ref var entry = ref this[at];
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
                    entry = entry with { Protocol = entry.Protocol & ~found };
                }
            }
        }

        LookAtFirst();
        return removed;
    }

    private ref Entry this[int at]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var ring = _ring;
            return ref ring[unchecked(at & (ring.Length - 1))];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LookAtFirst() => _firstDue = _head == _end ? Never : this[_head].Due;

    // Makes room for an entry among those due later.
    private int MoveLater(int at, long due)
    {
        unchecked
        {
            for (; at != _head && this[at - 1].Due > due; at--)
            {
                this[at] = this[at - 1];
            }
        }

        return at;
    }

    private void RemoveAt(int at)
    {
        unchecked
        {
            _end--;
            for (; at != _end; at++)
            {
                this[at] = this[at + 1];
            }
        }
    }

    private void Grow()
    {
        var ring = new Entry[_ring.Length * 2];
        var count = unchecked(_end - _head);
        for (var at = 0; at < count; at++)
        {
            ring[at] = this[unchecked(_head + at)];
        }

        _ring = ring;
        _head = 0;
        _end = count;
    }

    internal record struct Entry(long Due, int Index, PortProtocol Protocol);
}
