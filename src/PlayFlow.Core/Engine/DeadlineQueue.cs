using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>Which server's deadline comes next; one deadline a server. Equal times go in order of creation. Not thread-safe.</summary>
internal sealed class DeadlineQueue
{
    private readonly SortedSet<Deadline> _deadlines = new(ByTime.Instance);

    public DateTimeOffset? Next => _deadlines.Count == 0 ? null : _deadlines.Min.Due;

    public InstanceId? NextDue(DateTimeOffset now) =>
        _deadlines.Count > 0 && _deadlines.Min is var first && first.Due <= now ? first.Server : null;

    public void Replace(GameServer server, DateTimeOffset? before, DateTimeOffset? after)
    {
        if (before == after)
        {
            return;
        }

        if (before is { } old)
        {
            _deadlines.Remove(new Deadline(old, server.Number, server.Id));
        }

        if (after is { } due)
        {
            _deadlines.Add(new Deadline(due, server.Number, server.Id));
        }
    }

    private readonly record struct Deadline(DateTimeOffset Due, long Number, InstanceId Server);

    private sealed class ByTime : IComparer<Deadline>
    {
        public static ByTime Instance { get; } = new();

        public int Compare(Deadline x, Deadline y) =>
            x.Due.CompareTo(y.Due) is not 0 and var byDue ? byDue : x.Number.CompareTo(y.Number);
    }
}
