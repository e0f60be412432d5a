namespace PlayFlow.Core.Ports;

/// <summary>
/// Which indices of a range wait, for UDP and for TCP apart, and until when: two lists in the order of their due times, threaded
/// through one array, so that nothing is allocated and an entry leaves from anywhere in one step.
/// </summary>
/// <remarks>
/// An entry goes in from the end of its list, past those due later. Numbers that cool down are due in the order in which they
/// were released, so that is one step; only a clock set back makes it more. Blocks are due much later, hence their own list.
/// </remarks>
internal sealed class CoolingPorts
{
    private readonly Node[] _nodes;
    private readonly int _released;
    private readonly int _blocked;
    private int _udpCount;
    private int _tcpCount;

    public CoolingPorts(int size)
    {
        _nodes = new Node[(size * 2) + 2];
        _released = size * 2;
        _blocked = _released + 1;
        _nodes[_released] = new Node { Next = _released, Previous = _released };
        _nodes[_blocked] = new Node { Next = _blocked, Previous = _blocked };
    }

    public int Count(PortProtocol protocol) => protocol == PortProtocol.Udp ? _udpCount : _tcpCount;

    /// <summary>The protocols an index waits for.</summary>
    public PortProtocol Of(int index) =>
        (_nodes[Udp(index)].IsLinked ? PortProtocol.Udp : PortProtocol.None)
        | (_nodes[Tcp(index)].IsLinked ? PortProtocol.Tcp : PortProtocol.None);

    /// <summary>The protocols an index waits for until before that time.</summary>
    public PortProtocol DueBefore(int index, long due)
    {
        var waiting = Of(index);
        if (_nodes[Udp(index)].Due >= due)
        {
            waiting &= ~PortProtocol.Udp;
        }

        if (_nodes[Tcp(index)].Due >= due)
        {
            waiting &= ~PortProtocol.Tcp;
        }

        return waiting;
    }

    /// <summary>Puts in an index that does not wait for any of the protocols; none of them is harmless.</summary>
    public void Add(int index, PortProtocol protocol, long due, bool blocked)
    {
        var list = blocked ? _blocked : _released;
        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udpCount++;
            Link(list, Udp(index), due);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcpCount++;
            Link(list, Tcp(index), due);
        }
    }

    /// <summary>Takes out an index that waits for all of the protocols; none of them is harmless.</summary>
    public void Remove(int index, PortProtocol protocol)
    {
        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udpCount--;
            Unlink(Udp(index));
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcpCount--;
            Unlink(Tcp(index));
        }
    }

    /// <summary>Takes out an index that is due, if there is one.</summary>
    public bool TryRemoveDue(long now, out int index, out PortProtocol protocol)
    {
        if (!TryPeekDue(_released, now, out var entry) && !TryPeekDue(_blocked, now, out entry))
        {
            index = -1;
            protocol = PortProtocol.None;
            return false;
        }

        index = entry >> 1;
        protocol = (entry & 1) == 0 ? PortProtocol.Udp : PortProtocol.Tcp;
        Remove(index, protocol);
        return true;
    }

    private static int Udp(int index) => index << 1;

    private static int Tcp(int index) => (index << 1) | 1;

    private bool TryPeekDue(int list, long now, out int entry)
    {
        entry = _nodes[list].Next;
        return entry != list && _nodes[entry].Due <= now;
    }

    private void Link(int list, int entry, long due)
    {
        var before = _nodes[list].Previous;
        while (before != list && _nodes[before].Due > due)
        {
            before = _nodes[before].Previous;
        }

        ref var node = ref _nodes[entry];
        node.Due = due;
        node.Previous = before;
        node.Next = _nodes[before].Next;
        _nodes[node.Next].Previous = entry;
        _nodes[before].Next = entry;
    }

    private void Unlink(int entry)
    {
        ref var node = ref _nodes[entry];
        _nodes[node.Previous].Next = node.Next;
        _nodes[node.Next].Previous = node.Previous;
        node.Unlink();
    }

    private struct Node
    {
        public long Due;
        public int Next;
        private int _previous;

        public readonly bool IsLinked => _previous < 0;

        // The sign says that the node is linked: so it stays 16 bytes, four to a cache line.
        public int Previous
        {
            readonly get => _previous & int.MaxValue;
            set => _previous = value | int.MinValue;
        }

        public void Unlink() => _previous = 0;
    }
}
