namespace PlayFlow.Core.Ports;

/// <summary>
/// Serves all groups when serving each in turn with its lowest number did not work out, because one took the last number that
/// another could have had. Each group still gets the lowest number that leaves the groups after it something to have.
/// </summary>
/// <remarks>Augmenting paths over a few groups and three times as many numbers; only a nearly exhausted pool comes here.</remarks>
internal readonly ref struct PortMatching
{
    private const int Nobody = -1;

    private readonly ReadOnlySpan<PortProtocol> _wanted;
    private readonly ReadOnlySpan<int> _avoid;
    private readonly ReadOnlySpan<PortCandidate> _candidates;
    private readonly Span<int> _groupOf;
    private readonly Span<bool> _visited;

    /// <summary>A search among candidates in ascending order, with room for a group and a mark for each.</summary>
    public PortMatching(
        ReadOnlySpan<PortProtocol> wanted,
        ReadOnlySpan<int> avoid,
        ReadOnlySpan<PortCandidate> candidates,
        Span<int> groupOf,
        Span<bool> visited)
    {
        _wanted = wanted;
        _avoid = avoid;
        _candidates = candidates;
        _groupOf = groupOf;
        _visited = visited;
    }

    /// <summary>Writes a number for each group, or returns false when no choice serves all.</summary>
    public bool TryMatch(Span<int> numbers)
    {
        _groupOf.Fill(Nobody);
        for (var group = 0; group < _wanted.Length; group++)
        {
            _visited.Clear();
            if (!TryServe(group))
            {
                return false;
            }
        }

        for (var group = 0; group < _wanted.Length; group++)
        {
            numbers[group] = _candidates[LowerAsFarAsCanBe(group)].Number;
        }

        return true;
    }

    // Gives a group what it can have, moving others on to something else; changes nothing when that is impossible.
    private bool TryServe(int group)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            if (_visited[i] || !Suits(i, group))
            {
                continue;
            }

            _visited[i] = true;
            if (_groupOf[i] == Nobody || TryServe(_groupOf[i]))
            {
                _groupOf[i] = group;
                return true;
            }
        }

        return false;
    }

    private int LowerAsFarAsCanBe(int group)
    {
        var current = _groupOf.IndexOf(group);
        for (var lower = 0; lower < current; lower++)
        {
            var owner = _groupOf[lower];
            if ((owner != Nobody && owner < group) || !Suits(lower, group))
            {
                continue;
            }

            _groupOf[current] = Nobody;
            _groupOf[lower] = group;
            if (owner == Nobody || TryServeElsewhere(owner, group))
            {
                return lower;
            }

            _groupOf[lower] = owner;
            _groupOf[current] = group;
        }

        return current;
    }

    // What the groups up to the last settled one have stays theirs.
    private bool TryServeElsewhere(int group, int lastSettled)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            _visited[i] = _groupOf[i] != Nobody && _groupOf[i] <= lastSettled;
        }

        return TryServe(group);
    }

    private bool Suits(int candidate, int group) =>
        (_candidates[candidate].Free & _wanted[group]) == _wanted[group] && _candidates[candidate].Number != _avoid[group];
}

/// <summary>A number that some group could have.</summary>
internal readonly record struct PortCandidate(int Number, PortProtocol Free);
