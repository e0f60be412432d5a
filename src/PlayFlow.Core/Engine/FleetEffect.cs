using PlayFlow.Core.Builds;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>
/// Something to be done outside. Run after the events that came with it are kept, in order for each server, and safe to run twice.
/// </summary>
public abstract record FleetEffect
{
    /// <summary>Run a process for the server's present launch.</summary>
    public sealed record LaunchCompute(GameServer Server, Build Build, Project Project) : FleetEffect;

    /// <summary>Tell the process of a claimed pool server what it is for; the server is running again once it is told.</summary>
    public sealed record HandOver(GameServer Server, Project Project) : FleetEffect;

    /// <summary>Ask a launch to end.</summary>
    public sealed record StopCompute(ComputeId Id, StopMode Mode) : FleetEffect;

    /// <summary>Remove what is left of an ended launch.</summary>
    public sealed record ForgetCompute(ComputeId Id) : FleetEffect;

    /// <summary>Check and repack an upload.</summary>
    public sealed record ProcessBuild(Build Build) : FleetEffect;

    /// <summary>Remove what is stored for a build: it is deleted, and no server that is not stopped runs it.</summary>
    public sealed record DeleteArtefact(BuildId Id) : FleetEffect;
}
