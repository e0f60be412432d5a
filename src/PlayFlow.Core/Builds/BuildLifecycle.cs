using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Builds;

/// <summary>The transition table of one build's life.</summary>
public static class BuildLifecycle
{
    /// <summary>What a command leads to.</summary>
    /// <param name="build">The build.</param>
    /// <param name="command">The command, for this build.</param>
    /// <param name="isUsed">Whether a server that is not stopped runs it: it may need the artefact for its next automatic restart.</param>
    public static Decision Decide(Build build, FleetCommand command, bool isUsed) => (build.State, command) switch
    {
        (BuildState.Uploading or BuildState.Failed, FleetCommand.BeginProcessing c) =>
            Decision.Accept(
                new FleetEvent.BuildMoved(c.At, build.Id, BuildState.Processing),
                new FleetEffect.ProcessBuild(Move(build, BuildState.Processing, c.At))),

        // Clients of the older guides call it after the upload has started it already.
        (BuildState.Processing or BuildState.Ready, FleetCommand.BeginProcessing) => Decision.Nothing,
        (BuildState.Deleted, FleetCommand.BeginProcessing) => Decision.Refuse(Problem.BuildNotFound),

        (BuildState.Processing, FleetCommand.FinishProcessing c) =>
            Decision.Accept(new FleetEvent.BuildMoved(c.At, build.Id, c.Succeeded ? BuildState.Ready : BuildState.Failed)),

        // Deleted while it was processed: what the processing left goes too.
        (BuildState.Deleted, FleetCommand.FinishProcessing) => Decision.Accept([], new FleetEffect.DeleteArtefact(build.Id)),
        (_, FleetCommand.FinishProcessing) => Decision.Nothing,

        (BuildState.Deleted, FleetCommand.DeleteBuild) => Decision.Nothing,
        (_, FleetCommand.DeleteBuild c) when isUsed => Decision.Accept(new FleetEvent.BuildMoved(c.At, build.Id, BuildState.Deleted)),
        (_, FleetCommand.DeleteBuild c) =>
            Decision.Accept(
                new FleetEvent.BuildMoved(c.At, build.Id, BuildState.Deleted),
                new FleetEffect.DeleteArtefact(build.Id)),

        _ => Decision.Refuse(new Problem(ProblemCode.InvalidState, $"A build does not take {command.GetType().Name}")),
    };

    /// <summary>The build after a move.</summary>
    public static Build Move(Build build, BuildState state, DateTimeOffset at) => build with { State = state, UpdatedAt = at };
}
