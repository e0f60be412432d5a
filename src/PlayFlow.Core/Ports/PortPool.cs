namespace PlayFlow.Core.Ports;

/// <summary>
/// The numbers of one host's port range and who may have them: each is free, held or cooling down, for UDP and for TCP apart.
/// </summary>
/// <remarks>
/// <para>
/// The lowest free number is given first: what is given depends on what is free and on nothing else, so that a pool rebuilt
/// from a journal gives the same numbers, and an allocation that was returned leaves no trace. The cool-down, not the order, keeps
/// a number from coming back while players of its last server still send to it.
/// </para>
/// <para>
/// To allocate, release and return cost the same at any fill and need no memory beyond room for as many as ever cooled at a time;
/// to take or block a number that cools down looks through those that do, and the counts look at all. Numbers that have cooled down
/// are freed by the next call that takes or blocks any; the counts are those of the latest such call. A clock set back delays
/// numbers and harms nothing. Not safe for use by several threads at once.
/// </para>
/// </remarks>
public sealed class PortPool
{
    private const int MaxGroupsOnStack = 32;

    // From any time to one later than all, and earlier than never.
    private static readonly long LongestWait = long.MaxValue - 1 - DateTimeOffset.MaxValue.Ticks;

    private readonly PortStates _states;
    private readonly CoolingQueue _released = new();

    // Apart, because blocks are due much later, and few.
    private readonly CoolingQueue _blocked = new();
    private readonly long _coolDown;

    /// <summary>A pool with every number free.</summary>
    /// <param name="range">The numbers to give.</param>
    /// <param name="coolDown">How long a released number is kept back; zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range was not made by its factory, or the cool-down is negative.</exception>
    public PortPool(PortRange range, TimeSpan coolDown)
    {
        if (range.First < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(range), range, "The range holds no port.");
        }

        if (coolDown < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(coolDown), coolDown, "A cool-down is zero or more.");
        }

        Range = range;
        _coolDown = Math.Min(coolDown.Ticks, LongestWait);
        _states = new PortStates(range.Count);
    }

    /// <summary>The numbers it gives.</summary>
    public PortRange Range { get; }

    /// <summary>
    /// Holds a number for each group, or none at all. Each group in turn gets the lowest number that leaves the groups after it
    /// something to have; false means that no choice of free numbers serves all.
    /// </summary>
    /// <param name="wanted">The protocols each group needs on one number.</param>
    /// <param name="avoid">A number each group must not get; 0 for none.</param>
    /// <param name="now">The present time.</param>
    /// <param name="numbers">Takes the number of each group, all distinct; all 0 when there is none to give.</param>
    /// <exception cref="ArgumentException">A group lacks an entry in one of the spans, or needs no protocol or an unknown one.</exception>
    public bool TryAllocate(
        ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, DateTimeOffset now, Span<int> numbers)
    {
        CheckLengths(wanted, avoid, numbers);
        return wanted.Length == 1
            ? TryAllocateOne(wanted[0], avoid[0], now.UtcTicks, out numbers[0])
            : TryAllocateAll(wanted, avoid, now.UtcTicks, numbers[..wanted.Length]);
    }

    /// <summary>
    /// Holds one given number, free or cooling: for replaying a journal. False, and nothing changed, when it lies outside the
    /// range or is already held for one of the protocols.
    /// </summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public bool TryTake(int number, PortProtocol protocol, DateTimeOffset now)
    {
        CheckProtocol(protocol);
        FreeDue(now.UtcTicks);
        if (!Range.Contains(number))
        {
            return false;
        }

        var index = number - Range.First;
        if ((_states.HeldOf(index) & protocol) != 0)
        {
            return false;
        }

        var free = _states.FreeOf(index) & protocol;
        _states.Take(index, free);
        _states.Hold(index, EndWait(index, protocol & ~free, long.MaxValue));
        return true;
    }

    /// <summary>
    /// Ends a hold; the number cools down before it is given again. False, and nothing changed, when it was not held for all
    /// of the protocols, so that a second release shows.
    /// </summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public bool Release(int number, PortProtocol protocol, DateTimeOffset now)
    {
        CheckProtocol(protocol);
        var index = unchecked(number - Range.First);
        if (!_states.TryCool(index, protocol))
        {
            return false;
        }

        if (_coolDown == 0)
        {
            _states.Free(index, protocol);
        }
        else
        {
            StartWait(_released, index, protocol, now.UtcTicks + _coolDown);
        }

        return true;
    }

    /// <summary>
    /// Undoes an allocation that was only a look: the number is free at once. False, and nothing changed, when it was not held
    /// for all of the protocols.
    /// </summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public bool Return(int number, PortProtocol protocol)
    {
        CheckProtocol(protocol);
        var index = unchecked(number - Range.First);
        if (!_states.TryCool(index, protocol))
        {
            return false;
        }

        _states.Free(index, protocol);
        return true;
    }

    /// <summary>
    /// Keeps back a number that a process outside the fleet was found to hold. A number that is held, or cooling until later
    /// still, is left as it is, each protocol for itself; so is one outside the range.
    /// </summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public void Block(int number, PortProtocol protocol, DateTimeOffset now, DateTimeOffset until)
    {
        CheckProtocol(protocol);
        FreeDue(now.UtcTicks);
        if (!Range.Contains(number) || until <= now)
        {
            return;
        }

        var index = number - Range.First;
        var free = _states.FreeOf(index) & protocol;
        var cooling = protocol & ~(free | _states.HeldOf(index));
        _states.Take(index, free);
        _states.TryCool(index, free);
        StartWait(_blocked, index, free | EndWait(index, cooling, until.UtcTicks), until.UtcTicks);
    }

    /// <summary>How many numbers are free for a protocol.</summary>
    /// <exception cref="ArgumentException">Not exactly one protocol.</exception>
    public int FreeCount(PortProtocol protocol) => _states.Count(CheckSingle(protocol), held: false);

    /// <summary>How many numbers are held for a protocol.</summary>
    /// <exception cref="ArgumentException">Not exactly one protocol.</exception>
    public int HeldCount(PortProtocol protocol) => _states.Count(CheckSingle(protocol), held: true);

    /// <summary>How many numbers cool down or are blocked for a protocol.</summary>
    /// <exception cref="ArgumentException">Not exactly one protocol.</exception>
    public int CoolingCount(PortProtocol protocol) => Range.Count - FreeCount(protocol) - HeldCount(protocol);

    /// <summary>Whether a number is held for all of the protocols. False outside the range.</summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public bool IsHeld(int number, PortProtocol protocol)
    {
        CheckProtocol(protocol);
        return Range.Contains(number) && (_states.HeldOf(number - Range.First) & protocol) == protocol;
    }

    private bool TryAllocateOne(PortProtocol wanted, int avoid, long now, out int number)
    {
        CheckProtocol(wanted);
        if (_blocked.IsDue(now))
        {
            EndWaits(_blocked, now);
        }

        while (_released.TryTake(now, out var due, out var protocol))
        {
            // The last of those due, when it is below all that are free, is given as it is: freed, it would be the lowest.
            var last = Range.First + due;
            if (protocol == wanted && last != avoid && !_released.IsDue(now) && _states.IsBelowFree(due, wanted))
            {
                _states.Hold(due, wanted);
                number = last;
                return true;
            }

            _states.Free(due, protocol);
        }

        return TryAllocateFree(wanted, avoid, out number);
    }

    private bool TryAllocateFree(PortProtocol wanted, int avoid, out int number)
    {
        var index = _states.Lowest(wanted);
        if (index < 0)
        {
            number = 0;
            return false;
        }

        number = Range.First + index;
        if (number == avoid)
        {
            return TryAllocateAbove(index, wanted, out number);
        }

        _states.TakeLowest(index, wanted);
        return true;
    }

    private bool TryAllocateAbove(int avoided, PortProtocol wanted, out int number)
    {
        var index = _states.Above(avoided, wanted);
        if (index < 0)
        {
            number = 0;
            return false;
        }

        number = Range.First + index;
        _states.Take(index, wanted);
        return true;
    }

    private bool TryAllocateAll(ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, long now, Span<int> numbers)
    {
        foreach (var protocol in wanted)
        {
            CheckProtocol(protocol);
        }

        FreeDue(now);
        for (var group = 0; group < wanted.Length; group++)
        {
            var index = LowestFor(wanted[group], avoid[group], numbers[..group]);
            if (index < 0)
            {
                for (var held = 0; held < group; held++)
                {
                    Return(numbers[held], wanted[held]);
                }

                numbers.Clear();
                return TryMatch(wanted, avoid, numbers);
            }

            _states.Take(index, wanted[group]);
            numbers[group] = Range.First + index;
        }

        return true;
    }

    private int LowestFor(PortProtocol protocol, int avoid, ReadOnlySpan<int> taken)
    {
        var index = _states.Lowest(protocol);
        while (index >= 0 && (Range.First + index == avoid || taken.IndexOf(Range.First + index) >= 0))
        {
            index = _states.Above(index, protocol);
        }

        return index;
    }

    private static void StartWait(CoolingQueue queue, int index, PortProtocol protocol, long due)
    {
        if (protocol != PortProtocol.None)
        {
            queue.Add(index, protocol, due);
        }
    }

    private PortProtocol EndWait(int index, PortProtocol protocol, long dueBefore)
    {
        if (protocol == PortProtocol.None)
        {
            return protocol;
        }

        var ended = _released.Remove(index, protocol, dueBefore);
        return ended | _blocked.Remove(index, protocol & ~ended, dueBefore);
    }

    private void FreeDue(long now)
    {
        EndWaits(_released, now);
        EndWaits(_blocked, now);
    }

    private void EndWaits(CoolingQueue queue, long now)
    {
        while (queue.TryTake(now, out var index, out var protocol))
        {
            _states.Free(index, protocol);
        }
    }

    private bool TryMatch(ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, Span<int> numbers)
    {
        var most = (wanted.Length + 1) * 3;
        var onStack = wanted.Length <= MaxGroupsOnStack;
        Span<PortCandidate> candidates = onStack ? stackalloc PortCandidate[most] : new PortCandidate[most];
        Span<int> groupOf = onStack ? stackalloc int[most] : new int[most];
        Span<bool> visited = onStack ? stackalloc bool[most] : new bool[most];
        var count = FindCandidates(candidates, wanted.Length + 1);
        if (!new PortMatching(wanted, avoid, candidates[..count], groupOf[..count], visited[..count]).TryMatch(numbers))
        {
            return false;
        }

        for (var group = 0; group < wanted.Length; group++)
        {
            _states.Take(numbers[group] - Range.First, wanted[group]);
        }

        return true;
    }

    // Of the numbers free for both, for UDP only and for TCP only, the lowest are enough, one more than there are groups: the
    // other groups leave two of them, and a group avoids one at most.
    private int FindCandidates(Span<PortCandidate> candidates, int most)
    {
        var count = 0;
        Collect(candidates, PortProtocol.Both, most, ref count);
        Collect(candidates, PortProtocol.Udp, most, ref count);
        Collect(candidates, PortProtocol.Tcp, most, ref count);
        return count;
    }

    private void Collect(Span<PortCandidate> candidates, PortProtocol free, int most, ref int count)
    {
        var end = count + most;
        for (var index = _states.LowestOfExactly(free); index >= 0 && count < end; index = _states.AboveOfExactly(index, free))
        {
            InsertAscending(candidates, new PortCandidate(Range.First + index, free), count++);
        }
    }

    private static void InsertAscending(Span<PortCandidate> candidates, PortCandidate candidate, int at)
    {
        while (at > 0 && candidates[at - 1].Number > candidate.Number)
        {
            candidates[at] = candidates[at - 1];
            at--;
        }

        candidates[at] = candidate;
    }

    private static void CheckLengths(ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, Span<int> numbers)
    {
        if (avoid.Length != wanted.Length || numbers.Length < wanted.Length)
        {
            ThrowLengthsDiffer(nameof(wanted));
        }
    }

    private static void ThrowLengthsDiffer(string parameter) =>
        throw new ArgumentException("Every group has its protocols, a number to avoid and a place for its number.", parameter);

    private static void CheckProtocol(PortProtocol protocol)
    {
        if (protocol is < PortProtocol.Udp or > PortProtocol.Both)
        {
            ThrowNoProtocol(nameof(protocol));
        }
    }

    private static void ThrowNoProtocol(string parameter) => throw new ArgumentException("A port has UDP, TCP or both.", parameter);

    private static PortProtocol CheckSingle(PortProtocol protocol) =>
        protocol is PortProtocol.Udp or PortProtocol.Tcp
            ? protocol
            : throw new ArgumentException("Counts are of UDP or of TCP.", nameof(protocol));
}
