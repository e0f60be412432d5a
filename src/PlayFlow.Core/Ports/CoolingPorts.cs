namespace PlayFlow.Core.Ports;

/// <summary>
/// Which entries wait, and until when: two lists in the order of their due times, threaded through one array, so that nothing
/// is allocated and an entry leaves from anywhere in one step.
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

    public CoolingPorts(int size)
    {
        _nodes = new Node[size + 2];
        _released = size;
        _blocked = size + 1;
        _nodes[_released] = new Node { Next = _released, Previous = _released };
        _nodes[_blocked] = new Node { Next = _blocked, Previous = _blocked };
    }

    public bool Contains(int entry) => _nodes[entry].IsLinked;

    public long DueOf(int entry) => _nodes[entry].Due;

    public void Add(int entry, long due, bool blocked) => Insert(blocked ? _blocked : _released, entry, due);

    public void Remove(int entry)
    {
        ref var node = ref _nodes[entry];
        _nodes[node.Previous].Next = node.Next;
        _nodes[node.Next].Previous = node.Previous;
        node.Unlink();
    }

    /// <summary>Takes out an entry that is due, if there is one.</summary>
    public bool TryRemoveDue(long now, out int entry) => TryRemoveDue(_released, now, out entry) || TryRemoveDue(_blocked, now, out entry);

    private bool TryRemoveDue(int list, long now, out int entry)
    {
        entry = _nodes[list].Next;
        if (entry == list || _nodes[entry].Due > now)
        {
            return false;
        }

        Remove(entry);
        return true;
    }

    private void Insert(int list, int entry, long due)
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
