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
        for (var group = 0; group < _wanted.Length; group++)
        {
            if (!TryGiveLowest(group, numbers))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryGiveLowest(int group, Span<int> numbers)
    {
        foreach (var candidate in _candidates)
        {
            if (Suits(candidate, group, numbers[..group]))
            {
                numbers[group] = candidate.Number;
                if (CanServeAllFrom(group + 1, numbers[..(group + 1)]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool CanServeAllFrom(int first, ReadOnlySpan<int> given)
    {
        _groupOf.Fill(Nobody);
        for (var group = first; group < _wanted.Length; group++)
        {
            _visited.Clear();
            if (!CanServe(group, given))
            {
                return false;
            }
        }

        return true;
    }

    private bool CanServe(int group, ReadOnlySpan<int> given)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            if (_visited[i] || !Suits(_candidates[i], group, given))
            {
                continue;
            }

            _visited[i] = true;
            if (_groupOf[i] == Nobody || CanServe(_groupOf[i], given))
            {
                _groupOf[i] = group;
                return true;
            }
        }

        return false;
    }

    private bool Suits(PortCandidate candidate, int group, ReadOnlySpan<int> given) =>
        (candidate.Free & _wanted[group]) == _wanted[group]
        && candidate.Number != _avoid[group]
        && given.IndexOf(candidate.Number) < 0;
}

/// <summary>A number that some group could have.</summary>
internal readonly record struct PortCandidate(int Number, PortProtocol Free);
