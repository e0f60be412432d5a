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
/// Every operation costs the same at any fill and allocates nothing. Numbers that have cooled down are freed by the next call
/// that is given the time; the counts are those of the latest such call. A clock set back delays numbers and harms nothing.
/// Not safe for use by several threads at once.
/// </para>
/// </remarks>
public sealed class PortPool
{
    private const int MaxGroupsOnStack = 32;

    private readonly PortBitmap _udp;
    private readonly PortBitmap _tcp;
    private readonly PortBitmap _both;
    private readonly CoolingPorts _cooling;
    private readonly long _coolDown;
    private int _udpCooling;
    private int _tcpCooling;

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
        _coolDown = coolDown.Ticks;
        _udp = new PortBitmap(range.Count);
        _tcp = new PortBitmap(range.Count);
        _both = new PortBitmap(range.Count);
        _cooling = new CoolingPorts(range.Count * 2);
        for (var index = 0; index < range.Count; index++)
        {
            _udp.Add(index);
            _tcp.Add(index);
            _both.Add(index);
        }
    }

    /// <summary>The numbers it gives.</summary>
    public PortRange Range { get; }

    /// <summary>
    /// Holds a number for each group, or none at all. False means that no choice of free numbers serves all groups.
    /// </summary>
    /// <param name="wanted">The protocols each group needs on one number.</param>
    /// <param name="avoid">A number each group must not get; 0 for none.</param>
    /// <param name="now">The present time.</param>
    /// <param name="numbers">Takes the number of each group, all distinct; all 0 when there is none to give.</param>
    /// <exception cref="ArgumentException">A group lacks an entry in one of the spans, or needs no protocol or an unknown one.</exception>
    public bool TryAllocate(
        ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, DateTimeOffset now, Span<int> numbers)
    {
        CheckGroups(wanted, avoid, numbers);
        numbers = numbers[..wanted.Length];
        FreeDue(now.UtcTicks);
        for (var group = 0; group < wanted.Length; group++)
        {
            var index = LowestFor(wanted[group], avoid[group], numbers[..group]);
            if (index < 0)
            {
                for (var held = 0; held < group; held++)
                {
                    SetFree(numbers[held] - Range.First, wanted[held]);
                }

                numbers.Clear();
                return wanted.Length > 1 && TryMatch(wanted, avoid, numbers);
            }

            SetTaken(index, wanted[group]);
            numbers[group] = Range.First + index;
        }

        return true;
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
        if (((protocol & PortProtocol.Udp) != 0 && IsHeldUdp(index)) || ((protocol & PortProtocol.Tcp) != 0 && IsHeldTcp(index)))
        {
            return false;
        }

        var cooling = CoolingOf(index) & protocol;
        EndCooling(index, cooling);
        SetTaken(index, protocol & ~cooling);
        return true;
    }

    /// <summary>
    /// Ends a hold; the number cools down before it is given again. False, and nothing changed, when it was not held for all
    /// of the protocols, so that a second release shows.
    /// </summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public bool Release(int number, PortProtocol protocol, DateTimeOffset now)
    {
        FreeDue(now.UtcTicks);
        if (!IsHeld(number, protocol))
        {
            return false;
        }

        var index = number - Range.First;
        if (_coolDown == 0)
        {
            SetFree(index, protocol);
        }
        else
        {
            StartCooling(index, protocol, Later(now.UtcTicks, _coolDown), blocked: false);
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
        if (!IsHeld(number, protocol))
        {
            return false;
        }

        SetFree(number - Range.First, protocol);
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
        var cooling = CoolingOf(index) & protocol;
        if ((cooling & PortProtocol.Udp) != 0 && _cooling.DueOf(UdpEntry(index)) >= until.UtcTicks)
        {
            cooling &= ~PortProtocol.Udp;
        }

        if ((cooling & PortProtocol.Tcp) != 0 && _cooling.DueOf(TcpEntry(index)) >= until.UtcTicks)
        {
            cooling &= ~PortProtocol.Tcp;
        }

        var free = FreeOf(index) & protocol;
        EndCooling(index, cooling);
        SetTaken(index, free);
        StartCooling(index, cooling | free, until.UtcTicks, blocked: true);
    }

    /// <summary>How many numbers are free for a protocol.</summary>
    /// <exception cref="ArgumentException">Not exactly one protocol.</exception>
    public int FreeCount(PortProtocol protocol) => CheckSingle(protocol) == PortProtocol.Udp ? _udp.Count : _tcp.Count;

    /// <summary>How many numbers are held for a protocol.</summary>
    /// <exception cref="ArgumentException">Not exactly one protocol.</exception>
    public int HeldCount(PortProtocol protocol) => Range.Count - FreeCount(protocol) - CoolingCount(protocol);

    /// <summary>How many numbers cool down or are blocked for a protocol.</summary>
    /// <exception cref="ArgumentException">Not exactly one protocol.</exception>
    public int CoolingCount(PortProtocol protocol) => CheckSingle(protocol) == PortProtocol.Udp ? _udpCooling : _tcpCooling;

    /// <summary>Whether a number is held for all of the protocols. False outside the range.</summary>
    /// <exception cref="ArgumentException">No protocol, or an unknown one.</exception>
    public bool IsHeld(int number, PortProtocol protocol)
    {
        CheckProtocol(protocol);
        if (!Range.Contains(number))
        {
            return false;
        }

        var index = number - Range.First;
        return ((protocol & PortProtocol.Udp) == 0 || IsHeldUdp(index)) && ((protocol & PortProtocol.Tcp) == 0 || IsHeldTcp(index));
    }

    private static int UdpEntry(int index) => index << 1;

    private static int TcpEntry(int index) => (index << 1) | 1;

    private static long Later(long ticks, long by) => ticks > long.MaxValue - by ? long.MaxValue : ticks + by;

    private bool IsHeldUdp(int index) => !_udp.Contains(index) && !_cooling.Contains(UdpEntry(index));

    private bool IsHeldTcp(int index) => !_tcp.Contains(index) && !_cooling.Contains(TcpEntry(index));

    private PortProtocol FreeOf(int index) =>
        (_udp.Contains(index) ? PortProtocol.Udp : PortProtocol.None) | (_tcp.Contains(index) ? PortProtocol.Tcp : PortProtocol.None);

    private PortProtocol CoolingOf(int index) =>
        (_cooling.Contains(UdpEntry(index)) ? PortProtocol.Udp : PortProtocol.None)
        | (_cooling.Contains(TcpEntry(index)) ? PortProtocol.Tcp : PortProtocol.None);

    private int LowestFor(PortProtocol protocol, int avoid, ReadOnlySpan<int> taken)
    {
        var free = protocol switch { PortProtocol.Udp => _udp, PortProtocol.Tcp => _tcp, _ => _both };
        var index = free.Lowest();
        while (index >= 0 && (Range.First + index == avoid || taken.IndexOf(Range.First + index) >= 0))
        {
            index = free.Above(index);
        }

        return index;
    }

    private void SetTaken(int index, PortProtocol protocol)
    {
        if (protocol != PortProtocol.None && FreeOf(index) == PortProtocol.Both)
        {
            _both.Remove(index);
        }

        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udp.Remove(index);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcp.Remove(index);
        }
    }

    private void SetFree(int index, PortProtocol protocol)
    {
        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udp.Add(index);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcp.Add(index);
        }

        if (FreeOf(index) == PortProtocol.Both)
        {
            _both.Add(index);
        }
    }

    private void StartCooling(int index, PortProtocol protocol, long due, bool blocked)
    {
        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udpCooling++;
            _cooling.Add(UdpEntry(index), due, blocked);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcpCooling++;
            _cooling.Add(TcpEntry(index), due, blocked);
        }
    }

    private void EndCooling(int index, PortProtocol protocol)
    {
        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udpCooling--;
            _cooling.Remove(UdpEntry(index));
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcpCooling--;
            _cooling.Remove(TcpEntry(index));
        }
    }

    private void FreeDue(long now)
    {
        while (_cooling.TryRemoveDue(now, out var entry))
        {
            if ((entry & 1) == 0)
            {
                _udpCooling--;
                SetFree(entry >> 1, PortProtocol.Udp);
            }
            else
            {
                _tcpCooling--;
                SetFree(entry >> 1, PortProtocol.Tcp);
            }
        }
    }

    private bool TryMatch(ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, Span<int> numbers)
    {
        var most = (wanted.Length + 1) * 3;
        var onStack = wanted.Length <= MaxGroupsOnStack;
        Span<PortCandidate> candidates = onStack ? stackalloc PortCandidate[most] : new PortCandidate[most];
        candidates = candidates[..FindCandidates(candidates, wanted.Length + 1)];
        Span<int> groupOf = onStack ? stackalloc int[candidates.Length] : new int[candidates.Length];
        Span<bool> visited = onStack ? stackalloc bool[candidates.Length] : new bool[candidates.Length];
        if (!new PortMatching(wanted, avoid, candidates, groupOf, visited).TryMatch())
        {
            return false;
        }

        for (var i = 0; i < candidates.Length; i++)
        {
            if (groupOf[i] >= 0)
            {
                numbers[groupOf[i]] = candidates[i].Number;
                SetTaken(candidates[i].Number - Range.First, wanted[groupOf[i]]);
            }
        }

        return true;
    }

    // Of the numbers free for UDP only, for TCP only and for both, one more than there are groups is enough of each: the other
    // groups leave two of them, and a group avoids one at most. The numbers free for both are at most as many as the groups,
    // or the first attempt would have succeeded, so the walks are short.
    private int FindCandidates(Span<PortCandidate> candidates, int most)
    {
        var count = 0;
        Collect(candidates, _both, PortProtocol.Both, most, ref count);
        Collect(candidates, _udp, PortProtocol.Udp, most, ref count);
        Collect(candidates, _tcp, PortProtocol.Tcp, most, ref count);
        return count;
    }

    private void Collect(Span<PortCandidate> candidates, PortBitmap from, PortProtocol free, int most, ref int count)
    {
        var end = count + most;
        for (var index = from.Lowest(); index >= 0 && count < end; index = from.Above(index))
        {
            if (FreeOf(index) == free)
            {
                candidates[count++] = new PortCandidate(Range.First + index, free);
            }
        }
    }

    private static void CheckGroups(ReadOnlySpan<PortProtocol> wanted, ReadOnlySpan<int> avoid, Span<int> numbers)
    {
        if (avoid.Length != wanted.Length || numbers.Length < wanted.Length)
        {
            throw new ArgumentException("Every group has its protocols, a number to avoid and a place for its number.", nameof(wanted));
        }

        foreach (var protocol in wanted)
        {
            CheckProtocol(protocol);
        }
    }

    private static void CheckProtocol(PortProtocol protocol)
    {
        if (protocol is not (PortProtocol.Udp or PortProtocol.Tcp or PortProtocol.Both))
        {
            throw new ArgumentException("A port has UDP, TCP or both.", nameof(protocol));
        }
    }

    private static PortProtocol CheckSingle(PortProtocol protocol) =>
        protocol is PortProtocol.Udp or PortProtocol.Tcp
            ? protocol
            : throw new ArgumentException("Counts are of UDP or of TCP.", nameof(protocol));
}
