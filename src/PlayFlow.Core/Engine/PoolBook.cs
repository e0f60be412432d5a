using PlayFlow.Core.Builds;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>Which idle pool servers there are, by what a start can claim them for. Not thread-safe.</summary>
internal sealed class PoolBook
{
    private readonly Dictionary<PoolKey, SortedDictionary<long, GameServer>> _idle = [];

    /// <summary>Follows a server from one state to the next.</summary>
    public void Move(GameServer? before, GameServer after)
    {
        if (before is not null && IsKept(before))
        {
            var left = _idle[KeyOf(before)];
            left.Remove(before.Number);
            if (left.Count == 0)
            {
                _idle.Remove(KeyOf(before));
            }
        }

        if (IsKept(after))
        {
            var key = KeyOf(after);
            if (!_idle.TryGetValue(key, out var servers))
            {
                _idle.Add(key, servers = []);
            }

            servers[after.Number] = after;
        }
    }

    /// <summary>The idle servers of a key, the oldest first.</summary>
    public IReadOnlyCollection<GameServer> Idle(PoolKey key) =>
        _idle.TryGetValue(key, out var servers) ? servers.Values : [];

    /// <summary>The idle servers of a project, in the order they were started.</summary>
    public IEnumerable<GameServer> Idle(ProjectId project) =>
        _idle.Where(cell => cell.Key.Project == project).SelectMany(cell => cell.Value.Values).OrderBy(server => server.Number);

    /// <summary>The oldest server of a key that is open to players, or null.</summary>
    public GameServer? FirstReady(PoolKey key)
    {
        foreach (var server in Idle(key))
        {
            if (server.State is ServerState.Running)
            {
                return server;
            }
        }

        return null;
    }

    /// <summary>An idle server of the project that no target asks for, or null: of another build, cell, or beyond the count.</summary>
    public GameServer? FirstExcess(ProjectId project, IReadOnlyDictionary<PoolKey, int> wanted)
    {
        foreach (var (key, servers) in _idle)
        {
            if (key.Project == project && servers.Count > (wanted.TryGetValue(key, out var count) ? count : 0))
            {
                return servers.Values.Last();
            }
        }

        return null;
    }

    private static bool IsKept(GameServer server) => server.IsIdlePoolServer && server.Status is not ServerStatus.Stopped;

    private static PoolKey KeyOf(GameServer server) =>
        new(server.Project, server.Spec.Region, server.Spec.Size.Name, server.Build.Id);
}

/// <summary>What a start must match to claim a pool server.</summary>
internal readonly record struct PoolKey(ProjectId Project, string Region, string Size, BuildId Build);
