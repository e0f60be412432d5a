using System.Collections.Immutable;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Tests.Ports;

/// <summary>
/// What a pool of ports is, written for reading: a state for each number and protocol, searched from the first to the last.
/// Immutable; each verb gives the pool after it and its answer.
/// </summary>
internal sealed record ReferencePortPool
{
    private static readonly PortProtocol[] Singles = [PortProtocol.Udp, PortProtocol.Tcp];

    public required PortRange Range { get; init; }

    public required TimeSpan CoolDown { get; init; }

    /// <summary>Who is not free: null is held, a time is cooling until then.</summary>
    private ImmutableDictionary<(int Number, PortProtocol Protocol), DateTimeOffset?> Taken { get; init; } =
        ImmutableDictionary<(int, PortProtocol), DateTimeOffset?>.Empty;

    public static ReferencePortPool Create(PortRange range, TimeSpan coolDown) => new() { Range = range, CoolDown = coolDown };

    public (ReferencePortPool After, ImmutableArray<int>? Numbers) Allocate(ImmutableArray<PortGroup> groups, DateTimeOffset now)
    {
        var pool = FreeDue(now);
        if (pool.Choose(groups, []) is not { } numbers)
        {
            return (pool, null);
        }

        var after = pool.Taken.SetItems(groups.Zip(numbers).SelectMany(pair =>
            Of(pair.Second, pair.First.Protocol).Select(port => KeyValuePair.Create(port, (DateTimeOffset?)null))));
        return (pool with { Taken = after }, numbers);
    }

    public (ReferencePortPool After, bool Answer) Take(int number, PortProtocol protocol, DateTimeOffset now)
    {
        var pool = FreeDue(now);
        var ports = Of(number, protocol);
        return Range.Contains(number) && !ports.Any(pool.IsHeld)
            ? (pool with { Taken = pool.Taken.SetItems(ports.Select(port => KeyValuePair.Create(port, (DateTimeOffset?)null))) }, true)
            : (pool, false);
    }

    public (ReferencePortPool After, bool Answer) Release(int number, PortProtocol protocol, DateTimeOffset now)
    {
        var ports = Of(number, protocol);
        if (!ports.All(IsHeld))
        {
            return (this, false);
        }

        var after = CoolDown == TimeSpan.Zero
            ? Taken.RemoveRange(ports)
            : Taken.SetItems(ports.Select(port => KeyValuePair.Create(port, (DateTimeOffset?)(now + CoolDown))));
        return (this with { Taken = after }, true);
    }

    public (ReferencePortPool After, bool Answer) Return(int number, PortProtocol protocol)
    {
        var ports = Of(number, protocol);
        return ports.All(IsHeld) ? (this with { Taken = Taken.RemoveRange(ports) }, true) : (this, false);
    }

    public ReferencePortPool Block(int number, PortProtocol protocol, DateTimeOffset now, DateTimeOffset until)
    {
        var pool = FreeDue(now);
        if (!Range.Contains(number) || until <= now)
        {
            return pool;
        }

        var blocked = Of(number, protocol).Where(port => !pool.IsHeld(port) && (pool.DueOf(port) is not { } due || due < until));
        return pool with
        {
            Taken = pool.Taken.SetItems(blocked.Select(port => KeyValuePair.Create(port, (DateTimeOffset?)until))),
        };
    }

    public ReferencePortPool FreeDue(DateTimeOffset now) =>
        this with { Taken = Taken.RemoveRange(Taken.Where(port => port.Value <= now).Select(port => port.Key)) };

    public int HeldCount(PortProtocol protocol) => Taken.Count(port => port.Key.Protocol == protocol && port.Value is null);

    public int CoolingCount(PortProtocol protocol) => Taken.Count(port => port.Key.Protocol == protocol && port.Value is not null);

    public int FreeCount(PortProtocol protocol) => Range.Count - Taken.Count(port => port.Key.Protocol == protocol);

    public bool IsHeld(int number, PortProtocol protocol) => Of(number, protocol).All(IsHeld);

    public static string Show(DateTimeOffset time) => $"{(time - DateTimeOffset.UnixEpoch).Ticks}";

    public override string ToString() =>
        string.Join(", ", Taken.OrderBy(port => port.Key).Select(port =>
            $"{port.Key.Number}/{port.Key.Protocol} {(port.Value is { } due ? $"until {Show(due)}" : "held")}"));

    // Every choice, in order: the first that serves all groups is the one in which each has the lowest it can.
    private ImmutableArray<int>? Choose(ImmutableArray<PortGroup> groups, ImmutableArray<int> chosen)
    {
        if (chosen.Length == groups.Length)
        {
            return chosen;
        }

        var group = groups[chosen.Length];
        for (var number = Range.First; number <= Range.Last; number++)
        {
            if (number != group.Avoid
                && !chosen.Contains(number)
                && !Of(number, group.Protocol).Any(Taken.ContainsKey)
                && Choose(groups, chosen.Add(number)) is { } all)
            {
                return all;
            }
        }

        return null;
    }

    private bool IsHeld((int Number, PortProtocol Protocol) port) => Taken.TryGetValue(port, out var due) && due is null;

    private DateTimeOffset? DueOf((int Number, PortProtocol Protocol) port) => Taken.GetValueOrDefault(port);

    private static (int Number, PortProtocol Protocol)[] Of(int number, PortProtocol protocol) =>
        [.. Singles.Where(single => protocol.HasFlag(single)).Select(single => (number, single))];
}

/// <summary>What one group of an allocation wants.</summary>
internal sealed record PortGroup(PortProtocol Protocol, int Avoid)
{
    public override string ToString() => Avoid == 0 ? $"{Protocol}" : $"{Protocol} but not {Avoid}";
}
