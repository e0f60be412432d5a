using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>Something that happened to the fleet; the fleet is the fold of its events. Closed: every kind is nested here.</summary>
/// <param name="At">When.</param>
public abstract record FleetEvent(DateTimeOffset At)
{
    /// <summary>A provider offers a host, or offers it anew with other ports or another address.</summary>
    public sealed record HostOffered(DateTimeOffset At, ComputeHost Host) : FleetEvent(At);

    /// <summary>A project was made, or its name, keys or plan changed.</summary>
    public sealed record ProjectConfigured(DateTimeOffset At, ProjectId Id, string Name, ProjectKeys Keys, Plan Plan) : FleetEvent(At);

    /// <summary>A project's settings were replaced.</summary>
    public sealed record SettingsReplaced(DateTimeOffset At, ProjectId Id, ProjectSettings Settings) : FleetEvent(At);

    /// <summary>A build's record was made; it has its version number.</summary>
    public sealed record BuildCreated(DateTimeOffset At, Build Build) : FleetEvent(At);

    /// <summary>A build moved along its life.</summary>
    public sealed record BuildMoved(DateTimeOffset At, BuildId Id, BuildState State) : FleetEvent(At);

    /// <summary>A server was started: it has its build and its ports.</summary>
    public sealed record ServerStarted(DateTimeOffset At, GameServer Server) : ServerEvent(At, Server.Id);

    /// <summary>A server came back from a snapshot or the archive, as it was.</summary>
    public sealed record ServerRecalled(DateTimeOffset At, GameServer Server) : ServerEvent(At, Server.Id);

    /// <summary>Every port of the present launch is open.</summary>
    public sealed record PortsOpened(DateTimeOffset At, InstanceId Id) : ServerEvent(At, Id);

    /// <summary>The process said of itself that it is ready.</summary>
    public sealed record SelfReportedRunning(DateTimeOffset At, InstanceId Id) : ServerEvent(At, Id);

    /// <summary>The custom data was replaced as a whole.</summary>
    public sealed record CustomDataReplaced(DateTimeOffset At, InstanceId Id, string? CustomData) : ServerEvent(At, Id);

    /// <summary>A restart was accepted: the server has what it will run, and new ports. Its old process is asked to end.</summary>
    public sealed record RestartRequested(
        DateTimeOffset At,
        InstanceId Id,
        ServerSpec Spec,
        BuildReference Build,
        string Host,
        ImmutableArray<NetworkPort> Ports,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset KillAt) : ServerEvent(At, Id);

    /// <summary>The process ended and an automatic restart is to follow.</summary>
    public sealed record RestartScheduled(DateTimeOffset At, InstanceId Id, ComputeExit Exit, DateTimeOffset RetryAt) : ServerEvent(At, Id);

    /// <summary>The next launch was ordered. The ports of a process that a restart replaced are given back.</summary>
    public sealed record Relaunched(DateTimeOffset At, InstanceId Id) : ServerEvent(At, Id);

    /// <summary>Callers see the server stopped; its process is asked to end.</summary>
    public sealed record StopRequested(DateTimeOffset At, InstanceId Id, StopReason Reason, DateTimeOffset KillAt) : ServerEvent(At, Id);

    /// <summary>The grace is over and the process is to be killed; again at <paramref name="NextKillAt"/> if it is still there.</summary>
    public sealed record KillRequested(DateTimeOffset At, InstanceId Id, DateTimeOffset NextKillAt) : ServerEvent(At, Id);

    /// <summary>The process is gone for good and the ports are given back.</summary>
    public sealed record ServerEnded(DateTimeOffset At, InstanceId Id, StopReason Reason, ComputeExit? Exit) : ServerEvent(At, Id);

    /// <summary>A start took an idle pool server over: it is now what the start asked for, on the ports it has.</summary>
    public sealed record PoolServerClaimed(DateTimeOffset At, InstanceId Id, ServerSpec Spec, DateTimeOffset? ExpiresAt) : ServerEvent(At, Id);

    /// <summary>A port was found held by a process outside the fleet.</summary>
    public sealed record PortBlocked(
        DateTimeOffset At, string Host, int Port, PortProtocol Protocol, DateTimeOffset Until) : FleetEvent(At);

    /// <summary>An event in one server's life.</summary>
    public abstract record ServerEvent(DateTimeOffset At, InstanceId ServerId) : FleetEvent(At);
}
