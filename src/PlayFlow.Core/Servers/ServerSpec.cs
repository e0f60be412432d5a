using System.Collections.Immutable;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Servers;

/// <summary>What a caller asked a server to be. Immutable; made by validation, so every value is within its range.</summary>
public sealed record ServerSpec
{
    /// <summary>The name, 1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The region's id, as sent.</summary>
    public required string Region { get; init; }

    /// <summary>The size.</summary>
    public required ComputeSize Size { get; init; }

    /// <summary>The arguments as one text, or null.</summary>
    public string? StartupArgs { get; init; }

    /// <summary>The lifetime, 60 s to a day, or null for no limit.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Whether the process is started again when it ends by itself.</summary>
    public bool AutoRestart { get; init; }

    /// <summary>A JSON object as compact text, or null.</summary>
    public string? CustomData { get; init; }

    /// <summary>The match the server is for; null only in an idle pool server.</summary>
    public string? MatchId { get; init; }

    /// <summary>The server's own variables, over those of the project. Secrets.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>The server's own ports; empty means the project's.</summary>
    public ImmutableArray<PortConfig> Ports { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"ServerSpec {{ Name = {Name}, Region = {Region}, Size = {Size} }}";
}
