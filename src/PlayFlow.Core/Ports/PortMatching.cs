namespace PlayFlow.Core.Ports;

/// <summary>
/// Pairs groups with numbers so that all are served, when serving each in turn with the lowest number did not work out: one
/// took the last number that another could have had. Augmenting paths; the inputs are a few groups and thrice as many numbers.
/// </summary>
internal readonly ref struct PortMatching
{
    private readonly ReadOnlySpan<PortProtocol> _wanted;
    private readonly ReadOnlySpan<int> _avoided;
    private readonly ReadOnlySpan<PortCandidate> _candidates;
    private readonly Span<int> _groupOf;
    private readonly Span<bool> _visited;

    public PortMatching(
        ReadOnlySpan<PortProtocol> wanted,
        ReadOnlySpan<int> avoided,
        ReadOnlySpan<PortCandidate> candidates,
        Span<int> groupOf,
        Span<bool> visited)
    {
        _wanted = wanted;
        _avoided = avoided;
        _candidates = candidates;
        _groupOf = groupOf;
        _visited = visited;
    }

    /// <summary>Finds a candidate for each group; <c>groupOf</c> then tells whom each candidate serves, or -1.</summary>
    public bool TryMatch()
    {
        _groupOf.Fill(-1);
        for (var group = 0; group < _wanted.Length; group++)
        {
            _visited.Clear();
            if (!TryServe(group))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryServe(int group)
    {
        for (var i = 0; i < _candidates.Length; i++)
        {
            var candidate = _candidates[i];
            if (_visited[i] || (candidate.Free & _wanted[group]) != _wanted[group] || candidate.Number == _avoided[group])
            {
                continue;
            }

            _visited[i] = true;
            if (_groupOf[i] < 0 || TryServe(_groupOf[i]))
            {
                _groupOf[i] = group;
                return true;
            }
        }

        return false;
    }
}

/// <summary>A number that some group could have.</summary>
internal readonly record struct PortCandidate(int Number, PortProtocol Free);
