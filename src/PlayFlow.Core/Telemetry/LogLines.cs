namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Log lines in order of their sequence, from which any line may be taken out again. Kept in blocks of a few hundred, so that
/// adding at the end is constant, and finding a place or taking a line out touches one block, however many lines there are.
/// </summary>
internal sealed class LogLines
{
    private const int BlockSize = 256;
    private readonly List<List<LogRecord>> _blocks = [];

    /// <summary>The line that goes first; there is at least one.</summary>
    public LogRecord Oldest => _blocks[0][0];

    public void Add(LogRecord line)
    {
        if (_blocks.Count == 0 || _blocks[^1].Count >= BlockSize)
        {
            _blocks.Add([]);
        }

        _blocks[^1].Add(line);
    }

    public void Remove(LogRecord line)
    {
        var (block, index) = Find(line.Sequence, static (found, sequence) => found.Sequence >= sequence);
        _blocks[block].RemoveAt(index);
        Shrink(block);
    }

    /// <summary>Appends the lines a query asks for to <paramref name="result"/>.</summary>
    public void Read(LogQuery query, List<LogRecord> result)
    {
        var (block, index) = Find(query, static (line, query) => line.Sequence > query.AfterSequence && !(line.Timestamp <= query.After));
        index = Skip(ref block, index, query.Offset);
        for (; block < _blocks.Count && result.Count < query.Limit; block++, index = 0)
        {
            for (; index < _blocks[block].Count && result.Count < query.Limit; index++)
            {
                if (_blocks[block][index].Timestamp > query.Until)
                {
                    return;
                }

                result.Add(_blocks[block][index]);
            }
        }
    }

    private int Skip(ref int block, int index, int count)
    {
        while (block < _blocks.Count && count >= _blocks[block].Count - index)
        {
            count -= _blocks[block].Count - index;
            block++;
            index = 0;
        }

        return index + count;
    }

    // Lines only ever grow in sequence and in time, so both bounds split the lines at one place.
    private (int Block, int Index) Find<T>(T bound, Func<LogRecord, T, bool> isInside)
    {
        var block = FirstInside(_blocks.Count, at => isInside(_blocks[at][^1], bound));
        return block == _blocks.Count
            ? (block, 0)
            : (block, FirstInside(_blocks[block].Count, at => isInside(_blocks[block][at], bound)));
    }

    private static int FirstInside(int count, Func<int, bool> isInside)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (isInside(middle))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    // Half-empty neighbours become one block: a project that lost most of its lines keeps few blocks.
    private void Shrink(int block)
    {
        if (_blocks[block].Count == 0)
        {
            _blocks.RemoveAt(block);
            return;
        }

        MergeWithNext(block);
        if (block > 0)
        {
            MergeWithNext(block - 1);
        }
    }

    private void MergeWithNext(int block)
    {
        if (block + 1 < _blocks.Count && _blocks[block].Count + _blocks[block + 1].Count <= BlockSize / 2)
        {
            _blocks[block].AddRange(_blocks[block + 1]);
            _blocks.RemoveAt(block + 1);
        }
    }
}
