using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>What one command led to, on its way to the journal. One without events marks a place in the order.</summary>
internal abstract class Commit
{
    /// <summary>The events with their place in the journal, and the server, build or project after each.</summary>
    public List<(long Sequence, FleetEvent Happened, object? After)> Events { get; } = new(1);

    public List<FleetEffect> Effects { get; } = new(1);

    /// <summary>Servers that left memory because of the events.</summary>
    public List<GameServer> Archived { get; } = [];

    /// <summary>It is written down: whoever waits may be told.</summary>
    public abstract void Complete();

    /// <summary>It is not written down.</summary>
    public abstract void Fail(Problem problem);
}

/// <summary>A commit with an answer for whoever gave the command.</summary>
internal sealed class Commit<T> : Commit
{
    private readonly TaskCompletionSource<Result<T>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Result<T> Answer { get; set; }

    public Task<Result<T>> Task => _done.Task;

    public override void Complete() => _done.TrySetResult(Answer);

    public override void Fail(Problem problem) => _done.TrySetResult(problem);
}
