using System.Buffers;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>
/// Whether some sequential order of the engine explains a concurrent history. The journal is the candidate: each call is to stand
/// at a place in it at which the engine, folded up to there, decides just the events that follow and gives just that answer; and a call
/// that returned before another began stands before it.
/// </summary>
/// <param name="rules">The engine's figures.</param>
/// <param name="journal">All that was written down.</param>
/// <param name="from">How much of it before the first call.</param>
internal sealed class HistoryCheck(FleetRules rules, IReadOnlyList<FleetEvent> journal, int from)
{
    private readonly List<byte[]> _bytes = [.. journal.Select(Bytes)];

    /// <summary>Null when it is explained, or what is wrong.</summary>
    public string? Explain(IReadOnlyList<HistoryCall> calls)
    {
        var places = FindPlaces(calls);
        var owners = new Dictionary<int, HistoryCall>();
        var chosen = new Dictionary<HistoryCall, int>();
        foreach (var call in calls.OrderBy(call => call.Span.Began))
        {
            var earliest = chosen.Where(other => other.Key.Span.Returned < call.Span.Began).Select(other => other.Value).DefaultIfEmpty(0).Max();
            var place = places[call].FirstOrDefault(one => one.After >= earliest && (one.After == one.Before || !owners.ContainsKey(one.Before)), (Before: -1, After: -1));
            if (place.Before < 0)
            {
                return $"nothing explains: {call}; not before {earliest} of {journal.Count}; the engine agrees at [{string.Join(", ", places[call])}]";
            }

            chosen.Add(call, place.After);
            for (var owned = place.Before; owned < place.After; owned++)
            {
                owners.Add(owned, call);
            }
        }

        for (var at = from; at < journal.Count; at++)
        {
            if (!owners.ContainsKey(at) && OnlyFollowsFromACall(journal[at]))
            {
                return $"nobody asked for event {at}: {journal[at]}";
            }
        }

        return null;
    }

    private static bool OnlyFollowsFromACall(FleetEvent happened) => happened is FleetEvent.ServerStarted { Server.IsPoolServer: false }
        or FleetEvent.PoolServerClaimed or FleetEvent.RestartRequested or FleetEvent.CustomDataReplaced
        or FleetEvent.BuildCreated or FleetEvent.SettingsReplaced;

    private Dictionary<HistoryCall, List<(int Before, int After)>> FindPlaces(IReadOnlyList<HistoryCall> calls)
    {
        var places = calls.ToDictionary(call => call, _ => new List<(int Before, int After)>());
        var fleet = Fold(from);
        for (var at = from; at <= journal.Count; at++)
        {
            foreach (var call in calls)
            {
                if (Count(call, fleet, at) is { } count)
                {
                    places[call].Add((at, at + count));
                }
            }

            if (at < journal.Count)
            {
                fleet.Apply(journal[at]);
            }
        }

        return places;
    }

    /// <summary>How many events the call led to if it stood here; null when it cannot have.</summary>
    private int? Count(HistoryCall call, Fleet fleet, int at)
    {
        if (call.Command is null)
        {
            // What is shown is written down.
            return at <= call.Written.After && call.AnswerIn(fleet, []) == call.Answer ? 0 : null;
        }

        var now = at < journal.Count ? journal[at].At : journal[^1].At;
        var decision = fleet.Decide(call.Command(fleet, now));
        if (decision.Refusal is { } refusal)
        {
            return call.IsRefused && at <= call.Written.After && Show(refusal) == call.Answer ? 0 : null;
        }

        // A decision knows all that was written before it, and is told once it is written itself.
        var count = decision.Events.Length;
        if (call.IsRefused || at < call.Written.Before || at + count > call.Written.After)
        {
            return null;
        }

        for (var i = 0; i < count; i++)
        {
            if (!Bytes(decision.Events[i]).AsSpan().SequenceEqual(_bytes[at + i]))
            {
                return null;
            }
        }

        return call.AnswerIn(count == 0 ? fleet : Fold(at + count), decision.Events) == call.Answer ? count : null;
    }

    public static string Show(Problems.Problem problem) => $"{problem.Code}: {problem.Message}";

    private Fleet Fold(int count)
    {
        var fleet = new Fleet(rules);
        foreach (var happened in journal.Take(count))
        {
            fleet.Apply(happened);
        }

        return fleet;
    }

    private static byte[] Bytes(FleetEvent happened)
    {
        var output = new ArrayBufferWriter<byte>();
        EventFormat.Write(happened, output);
        return output.WrittenSpan.ToArray();
    }
}
