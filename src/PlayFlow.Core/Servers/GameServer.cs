using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Servers;

/// <summary>A hosted game process with an address, at one moment of its life. Immutable.</summary>
public sealed record GameServer
{
    /// <summary>The server.</summary>
    public required InstanceId Id { get; init; }

    /// <summary>The project it belongs to.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>Its place in the order of creation: grows strictly over the whole fleet.</summary>
    public required long Number { get; init; }

    /// <summary>What it was asked to be.</summary>
    public required ServerSpec Spec { get; init; }

    /// <summary>The build it runs.</summary>
    public required BuildReference Build { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required ServerState State { get; init; }

    /// <summary>Counts the launches of its process from 1.</summary>
    public int Launch { get; init; } = 1;

    /// <summary>Counts its machines from 1: a restart that was asked for moves to a new one, an automatic restart does not.</summary>
    public int Machine { get; init; } = 1;

    /// <summary>The host its ports are on.</summary>
    public required string Host { get; init; }

    /// <summary>The ports granted; empty once stopped.</summary>
    public required ImmutableArray<NetworkPort> Ports { get; init; }

    /// <summary>The host of <see cref="EndingPorts"/>, while restarting.</summary>
    public string? EndingHost { get; init; }

    /// <summary>While restarting, the ports that the ending process still holds.</summary>
    public ImmutableArray<NetworkPort> EndingPorts { get; init; } = [];

    /// <summary>When its record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything callers see last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When its ports were first open since the start or the last restart that was asked for.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it stopped, as callers see it.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>When its lifetime ends, or null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When its process was last ordered.</summary>
    public required DateTimeOffset LaunchedAt { get; init; }

    /// <summary>While backing off, when the next automatic restart is due.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>While a process is ending, when it is to be killed.</summary>
    public DateTimeOffset? KillAt { get; init; }

    /// <summary>Automatic restarts since the start or the last restart that was asked for.</summary>
    public int AutoRestarts { get; init; }

    /// <summary>Why it stopped, once it has.</summary>
    public StopReason? StopReason { get; init; }

    /// <summary>Whether it is, or was before it was claimed, a warm server of a pool.</summary>
    public bool IsPoolServer { get; init; }

    /// <summary>When a start claimed it from the pool.</summary>
    public DateTimeOffset? PoolClaimedAt { get; init; }

    /// <summary>The present launch.</summary>
    public ComputeId Compute => new(Id, Launch);

    /// <summary>The status callers see: the only place that maps one to the other.</summary>
    public ServerStatus Status => State switch
    {
        ServerState.Stopping or ServerState.Stopped => ServerStatus.Stopped,
        ServerState.Restarting => ServerStatus.Launching,
        _ => StartedAt is null ? ServerStatus.Launching : ServerStatus.Running,
    };

    /// <summary>The kind of hosting.</summary>
    public ServiceType ServiceType => Spec.Size.IsPersistent ? ServiceType.PersistentWorld : ServiceType.MatchBased;

    /// <summary>Warm and not yet claimed.</summary>
    public bool IsIdlePoolServer => IsPoolServer && PoolClaimedAt is null;

    /// <summary>Whether it counts against the plan.</summary>
    public bool IsActive => Status is not ServerStatus.Stopped && !IsIdlePoolServer;

    /// <inheritdoc/>
    public override string ToString() => $"GameServer {{ Id = {Id}, State = {State} }}";
}

/// <summary>The build a server runs, as it was when the server was started.</summary>
/// <param name="Id">The build.</param>
/// <param name="VersionTag">Its name.</param>
/// <param name="Version">Its version.</param>
public readonly record struct BuildReference(BuildId Id, string VersionTag, int Version);
