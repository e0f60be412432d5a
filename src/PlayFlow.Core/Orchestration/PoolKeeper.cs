using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Keeps every project's warm pool at its targets: after what can change what is wanted or there, and every few minutes. A pool
/// server that ends by itself is replaced only by the latter, so that a build which crashes at once is not started in a loop.
/// </summary>
internal sealed class PoolKeeper : IAsyncDisposable
{
    private readonly FleetLoop _loop;
    private readonly IIdSource _ids;
    private readonly TimeSpan _interval;
    private readonly SerialQueues<ProjectId, ProjectId> _queues;
    private readonly ITimer _timer;

    public PoolKeeper(FleetLoop loop, IIdSource ids, TimeProvider time, TimeSpan interval)
    {
        (_loop, _ids, _interval) = (loop, ids, interval);
        _queues = new SerialQueues<ProjectId, ProjectId>(TendAsync);
        _timer = time.CreateTimer(_ => TendAll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        TendAll();
        _timer.Change(_interval, _interval);
    }

    public Task WhenIdleAsync() => _queues.WhenIdleAsync();

    /// <summary>Takes note of what was written down.</summary>
    public void Note(FleetEvent happened, GameServer? server)
    {
        var project = happened switch
        {
            FleetEvent.SettingsReplaced e => e.Id,
            FleetEvent.BuildMoved { State: BuildState.Ready or BuildState.Deleted } e => _loop.View.FindBuild(e.Id)?.Project,
            FleetEvent.PoolServerClaimed => server?.Project,
            _ => null,
        };
        if (project is { } id && _loop.View.FindProject(id)?.Settings.Pool is not null)
        {
            _queues.Enqueue(id, id);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void TendAll()
    {
        foreach (var project in _loop.View.Projects)
        {
            if (project.Settings.Pool is not null)
            {
                _queues.Enqueue(project.Id, project.Id);
            }
        }
    }

    private async Task TendAsync(ProjectId project)
    {
        Result<bool> changed = true;
        while (changed is { Problem: null, Value: true })
        {
            changed = await _loop.ExecuteAsync(
                now => new FleetCommand.TendPool(now, project, new InstanceId(_ids.Next())),
                static (_, commit) => commit.Events.Count > 0).ConfigureAwait(false);
        }
    }
}
