using System.Collections.Immutable;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Tests.Ports;

internal static class PortPoolExtensions
{
    /// <summary>The numbers of the groups, or null.</summary>
    public static ImmutableArray<int>? TryAllocate(this PortPool pool, IReadOnlyList<PortGroup> groups, DateTimeOffset now)
    {
        var numbers = new int[groups.Count];
        Array.Fill(numbers, -1);
        var given = pool.TryAllocate(
            groups.Select(group => group.Protocol).ToArray(), groups.Select(group => group.Avoid).ToArray(), now, numbers);
        if (!given && numbers.Any(number => number != 0))
        {
            throw new InvalidOperationException("A refusal leaves no numbers behind.");
        }

        return given ? [.. numbers] : null;
    }

    /// <summary>One number, or 0.</summary>
    public static int TryAllocate(this PortPool pool, PortProtocol protocol, DateTimeOffset now, int avoid = 0) =>
        pool.TryAllocate([new PortGroup(protocol, avoid)], now)?[0] ?? 0;
}
