using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>
/// Which server's deadline comes next; one deadline a server. Equal times go in order of creation. A heap that knows where each
/// server stands in it: a new deadline is nearly always the latest, and one taken out is nearly always replaced by another late
/// one, so both are done after a step or two however many there are. Not thread-safe.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly Dictionary<long, int> _places = [];
    private Deadline[] _heap = new Deadline[16];
    private int _count;

    public DateTimeOffset? Next => _count == 0 ? null : new DateTimeOffset(_heap[0].Due, TimeSpan.Zero);

    public InstanceId? NextDue(DateTimeOffset now) => _count > 0 && _heap[0].Due <= now.UtcTicks ? _heap[0].Server : null;

    public void Replace(GameServer server, DateTimeOffset? before, DateTimeOffset? after)
    {
        if (before == after)
        {
            return;
        }

        if (before is not null && _places.Remove(server.Number, out var place))
        {
            RemoveAt(place);
        }

        if (after is { } due)
        {
            Add(new Deadline(due.UtcTicks, server.Number, server.Id));
        }
    }

    private void Add(Deadline deadline)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * _count);
        }

        MoveUp(_count++, deadline);
    }

    private void RemoveAt(int place)
    {
        var last = _heap[--_count];
        _heap[_count] = default;
        if (place == _count)
        {
            return;
        }

        if (place > 0 && last.IsBefore(_heap[(place - 1) / 2]))
        {
            MoveUp(place, last);
        }
        else
        {
            MoveDown(place, last);
        }
    }

    private void MoveUp(int place, Deadline deadline)
    {
        while (place > 0 && deadline.IsBefore(_heap[(place - 1) / 2]))
        {
            Put(place, _heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, deadline);
    }

    private void MoveDown(int place, Deadline deadline)
    {
        for (var child = (2 * place) + 1; child < _count; child = (2 * place) + 1)
        {
            if (child + 1 < _count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(deadline))
            {
                break;
            }

            Put(place, _heap[child]);
            place = child;
        }

        Put(place, deadline);
    }

    private void Put(int place, Deadline deadline)
    {
        _heap[place] = deadline;
        _places[deadline.Number] = place;
    }

    private readonly record struct Deadline(long Due, long Number, InstanceId Server)
    {
        public bool IsBefore(in Deadline other) => Due != other.Due ? Due < other.Due : Number < other.Number;
    }
}
