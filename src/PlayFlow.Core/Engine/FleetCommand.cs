using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>Something the fleet is asked to do or told. Carries the time and every id it may need. Closed: every kind is nested here.</summary>
/// <param name="At">The present.</param>
public abstract record FleetCommand(DateTimeOffset At)
{
    /// <summary>A provider offers a host.</summary>
    public sealed record OfferHost(DateTimeOffset At, ComputeHost Host) : FleetCommand(At);

    /// <summary>Make a project, or change its name, keys or plan.</summary>
    public sealed record ConfigureProject(DateTimeOffset At, ProjectId Id, string Name, ProjectKeys Keys, Plan Plan) : FleetCommand(At);

    /// <summary>Make a project that is not there yet.</summary>
    public sealed record CreateProject(DateTimeOffset At, ProjectId Id, string Name, ProjectKeys Keys, Plan Plan) : FleetCommand(At);

    /// <summary>Give a project new keys; the old ones open nothing any more.</summary>
    /// <param name="At">The present.</param>
    /// <param name="Id">The project.</param>
    /// <param name="Fresh">The new keys.</param>
    /// <param name="Only">The one kind to replace, or null for both.</param>
    public sealed record ReplaceKeys(DateTimeOffset At, ProjectId Id, ProjectKeys Fresh, KeyKind? Only) : FleetCommand(At);

    /// <summary>Replace a project's settings as a whole.</summary>
    public sealed record ReplaceSettings(DateTimeOffset At, ProjectId Id, ProjectSettings Settings) : FleetCommand(At);

    /// <summary>Make a build's record; it gets the next version of its name.</summary>
    public sealed record CreateBuild(
        DateTimeOffset At,
        ProjectId Project,
        BuildId Id,
        string Name,
        BuildType Type,
        string? ExecutablePath,
        string? ImageUrl) : FleetCommand(At);

    /// <summary>An upload is whole, or a failed build is to be tried again.</summary>
    public sealed record BeginProcessing(DateTimeOffset At, BuildId Id) : FleetCommand(At);

    /// <summary>Processing ended.</summary>
    public sealed record FinishProcessing(DateTimeOffset At, BuildId Id, bool Succeeded) : FleetCommand(At);

    /// <summary>Remove a build; its running servers stay.</summary>
    public sealed record DeleteBuild(DateTimeOffset At, BuildId Id) : FleetCommand(At);

    /// <summary>Start a server.</summary>
    /// <param name="At">The present.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Id">The id the server gets.</param>
    /// <param name="Spec">What it is to be, its match id filled in.</param>
    /// <param name="VersionTag">The build's name, or null.</param>
    /// <param name="Version">The build's version, or null.</param>
    public sealed record StartServer(
        DateTimeOffset At, ProjectId Project, InstanceId Id, ServerSpec Spec, string? VersionTag, int? Version) : FleetCommand(At);

    /// <summary>Bring a project's pool one server closer to its targets: start one, stop one, or nothing when it is right.</summary>
    /// <param name="At">The present.</param>
    /// <param name="Project">The project.</param>
    /// <param name="Id">The id a new pool server gets.</param>
    public sealed record TendPool(DateTimeOffset At, ProjectId Project, InstanceId Id) : FleetCommand(At);

    /// <summary>Bring a stopped server back from the archive.</summary>
    public sealed record RecallServer(DateTimeOffset At, GameServer Server) : FleetCommand(At);

    /// <summary>A port was found held by a process outside the fleet.</summary>
    public sealed record BlockPort(DateTimeOffset At, string Host, int Port, PortProtocol Protocol) : FleetCommand(At);

    /// <summary>A command for one server.</summary>
    public abstract record ServerCommand(DateTimeOffset At, InstanceId ServerId) : FleetCommand(At);

    /// <summary>Replace the custom data as a whole.</summary>
    public sealed record ReplaceCustomData(DateTimeOffset At, InstanceId Id, string? CustomData) : ServerCommand(At, Id);

    /// <summary>Stop a server.</summary>
    public sealed record RequestStop(DateTimeOffset At, InstanceId Id, StopReason Reason) : ServerCommand(At, Id);

    /// <summary>Restart a server on new ports, changed as asked.</summary>
    public sealed record RequestRestart(DateTimeOffset At, InstanceId Id, RestartChanges Changes) : ServerCommand(At, Id);

    /// <summary>The provider saw every port of a launch open.</summary>
    public sealed record ReportPortsOpen(DateTimeOffset At, ComputeId Compute) : ServerCommand(At, Compute.Instance);

    /// <summary>The process says of itself that it is ready, whatever its ports look like.</summary>
    public sealed record ReportSelfRunning(DateTimeOffset At, InstanceId Id) : ServerCommand(At, Id);

    /// <summary>The provider saw a launch end, or could not launch it.</summary>
    public sealed record ReportEnded(DateTimeOffset At, ComputeId Compute, ComputeExit Exit) : ServerCommand(At, Compute.Instance);

    /// <summary>The provider knows nothing of a launch that the fleet ordered: order it again.</summary>
    public sealed record ReportUnknown(DateTimeOffset At, ComputeId Compute) : ServerCommand(At, Compute.Instance);

    /// <summary>The server's deadline has come.</summary>
    public sealed record ReachDeadline(DateTimeOffset At, InstanceId Id) : ServerCommand(At, Id);
}

/// <summary>What a restart changes; null keeps the present value.</summary>
public sealed record RestartChanges
{
    /// <summary>A new name.</summary>
    public string? Name { get; init; }

    /// <summary>A new size.</summary>
    public ComputeSize? Size { get; init; }

    /// <summary>New arguments.</summary>
    public string? StartupArgs { get; init; }

    /// <summary>A new lifetime, counted from the restart.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>A new auto-restart choice.</summary>
    public bool? AutoRestart { get; init; }

    /// <summary>New custom data, as a whole.</summary>
    public string? CustomData { get; init; }

    /// <summary>A new match.</summary>
    public string? MatchId { get; init; }

    /// <summary>New own variables, as a whole.</summary>
    public ImmutableArray<KeyValuePair<string, string>>? Environment { get; init; }

    /// <summary>New own ports, as a whole; empty means the project's.</summary>
    public ImmutableArray<PortConfig>? Ports { get; init; }

    /// <summary>Another build name: its latest ready version, unless <see cref="Version"/> is given too.</summary>
    public string? VersionTag { get; init; }

    /// <summary>A version, of <see cref="VersionTag"/> or of the present name.</summary>
    public int? Version { get; init; }
}
