using System.Collections.Immutable;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Projects;

/// <summary>What a project's servers start with. Immutable; the JSON members are opaque, already validated text.</summary>
public sealed record ProjectSettings
{
    /// <summary>The ports of servers that name none.</summary>
    public required ImmutableArray<PortConfig> Ports { get; init; }

    /// <summary>Variables every server gets. Secrets: never logged or listed with a server.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>How players are authenticated, as JSON; acted on by lobbies alone.</summary>
    public required string AuthConfig { get; init; }

    /// <summary>The warm pool, or null when never configured.</summary>
    public required PoolConfig? Pool { get; init; }

    /// <summary>The lobby configurations, as a JSON array.</summary>
    public required string LobbyConfigs { get; init; }

    /// <summary>When they last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What a new project begins with: one UDP port 7777 named <c>game</c>.</summary>
    public static ProjectSettings New(DateTimeOffset createdAt) => new()
    {
        Ports = [new PortConfig("game", 7777, PortProtocol.Udp, TlsEnabled: false, Id: "game")],
        Environment = [],
        AuthConfig = """{"provider":"none"}""",
        Pool = null,
        LobbyConfigs = "[]",
        UpdatedAt = createdAt,
    };

    /// <summary>Whether a server launched with these has the ports and variables it would have with the others.</summary>
    internal bool LaunchesLike(ProjectSettings other) =>
        Ports.Select(port => port with { Id = null }).SequenceEqual(other.Ports.Select(port => port with { Id = null }))
        && Environment.SequenceEqual(other.Environment);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"ProjectSettings {{ UpdatedAt = {UpdatedAt:O} }}");
}
