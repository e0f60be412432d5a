namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Items in order of their number, read in pages from the newest on. A page costs the same wherever it begins but for a walk
/// over chunks of <see cref="ChunkSize"/>. One lock, held for the copying of a page.
/// </summary>
/// <typeparam name="T">The items.</typeparam>
internal sealed class ListingIndex<T>
    where T : class
{
    private const int ChunkSize = 512;

    private readonly object _lock = new();
    private readonly List<Chunk> _chunks = [];
    private int _count;

    /// <summary>Adds an item, or replaces the one of that number.</summary>
    public void Put(long number, T item)
    {
        lock (_lock)
        {
            var chunk = FindChunkLocked(number);
            if (chunk is null)
            {
                _chunks.Insert(0, chunk = new Chunk());
            }

            var at = Array.BinarySearch(chunk.Numbers, 0, chunk.Count, number);
            if (at >= 0)
            {
                chunk.Items[at] = item;
                return;
            }

            _count++;
            if (chunk.Count == ChunkSize)
            {
                chunk = SplitLocked(chunk, number);
                at = Array.BinarySearch(chunk.Numbers, 0, chunk.Count, number);
            }

            chunk.Insert(~at, number, item);
        }
    }

    /// <summary>Takes an item out; a number that is not there is harmless.</summary>
    public void Remove(long number)
    {
        lock (_lock)
        {
            var chunk = FindChunkLocked(number);
            var at = chunk is null ? -1 : Array.BinarySearch(chunk.Numbers, 0, chunk.Count, number);
            if (at < 0)
            {
                return;
            }

            _count--;
            chunk!.RemoveAt(at);
            if (chunk.Count == 0)
            {
                _chunks.Remove(chunk);
            }
        }
    }

    /// <summary>Copies a page, newest first.</summary>
    /// <returns>The items, and how many there are over all pages.</returns>
    public (T[] Items, int Total) Page(int offset, int limit)
    {
        lock (_lock)
        {
            var items = new T[Math.Max(0, Math.Min(limit, _count - offset))];
            var filled = 0;
            for (var c = _chunks.Count - 1; c >= 0 && filled < items.Length; c--)
            {
                var chunk = _chunks[c];
                if (offset >= chunk.Count)
                {
                    offset -= chunk.Count;
                    continue;
                }

                for (var i = chunk.Count - 1 - offset; i >= 0 && filled < items.Length; i--)
                {
                    items[filled++] = chunk.Items[i];
                }

                offset = 0;
            }

            return (items, _count);
        }
    }

    private Chunk? FindChunkLocked(long number)
    {
        // New items nearly always belong at the end.
        var low = 0;
        var high = _chunks.Count - 1;
        if (high >= 0 && _chunks[high].Numbers[0] <= number)
        {
            return _chunks[high];
        }

        while (low <= high)
        {
            var middle = (low + high) >> 1;
            if (_chunks[middle].Numbers[0] <= number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return _chunks.Count == 0 ? null : _chunks[Math.Max(0, high)];
    }

    private Chunk SplitLocked(Chunk full, long number)
    {
        var atEnd = number > full.Numbers[ChunkSize - 1];
        var upper = full.Split(atEnd ? ChunkSize : ChunkSize / 2);
        var index = _chunks.IndexOf(full) + 1;
        _chunks.Insert(index, upper);
        return atEnd || number >= upper.Numbers[0] ? upper : full;
    }

    private sealed class Chunk
    {
        public long[] Numbers { get; } = new long[ChunkSize];

        public T[] Items { get; } = new T[ChunkSize];

        public int Count { get; private set; }

        public void Insert(int at, long number, T item)
        {
            Array.Copy(Numbers, at, Numbers, at + 1, Count - at);
            Array.Copy(Items, at, Items, at + 1, Count - at);
            Numbers[at] = number;
            Items[at] = item;
            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            Array.Copy(Numbers, at + 1, Numbers, at, Count - at);
            Array.Copy(Items, at + 1, Items, at, Count - at);
            Items[Count] = null!;
        }

        public Chunk Split(int from)
        {
            var upper = new Chunk { Count = Count - from };
            Array.Copy(Numbers, from, upper.Numbers, 0, upper.Count);
            Array.Copy(Items, from, upper.Items, 0, upper.Count);
            Array.Clear(Items, from, upper.Count);
            Count = from;
            return upper;
        }
    }
}
