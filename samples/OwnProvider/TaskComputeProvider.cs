using System.Collections.Concurrent;
using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace OwnProvider;

/// <summary>Runs each game server as a task of this very process: for a game whose server is a class of the same program.</summary>
/// <param name="play">The game; gives the server's exit code.</param>
public sealed class TaskComputeProvider(Func<GameTask, Task<int>> play) : IComputeProvider
{
    private readonly ConcurrentDictionary<ComputeId, GameTask> _tasks = new();
    private IComputeObserver? _observer;

    public ImmutableArray<ComputeHost> Hosts { get; } = [new ComputeHost("tasks", "127.0.0.1", PortRange.Create(41_000, 41_999))];

    public bool MeasuresUsage => false;

    public Task StartAsync(IComputeObserver observer, CancellationToken cancellationToken)
    {
        _observer = observer;
        return Task.CompletedTask;
    }

    public Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Build.Type is not BuildType.Zip)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, "tasks run no container images");
        }

        var task = new GameTask(request, _observer!);
        if (_tasks.TryAdd(request.Id, task))
        {
            _ = task.RunAsync(play);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken)
    {
        _tasks.GetValueOrDefault(id)?.Stop(mode);
        return Task.CompletedTask;
    }

    public Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeStatus>>([.. _tasks.Values.Select(task => task.Status)]);

    public Task ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (_tasks.GetValueOrDefault(id)?.Status.Exit is not null && _tasks.TryRemove(id, out var ended))
        {
            ended.Dispose();
        }

        return Task.CompletedTask;
    }

    // Lines are reported as they are written.
    public Task FlushLogsAsync(ComputeId id, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeReading>>([]);

    public bool IsPortFree(string host, int port, PortProtocol protocol) => true;

    public ValueTask DisposeAsync()
    {
        foreach (var task in _tasks.Values)
        {
            task.Stop(StopMode.Kill);
        }

        return default;
    }
}
