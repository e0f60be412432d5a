using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Compute;

/// <summary>Everything a provider needs to run a server. Self-contained: a provider never asks the fleet back.</summary>
public sealed record LaunchRequest
{
    private readonly string? _configFile;
    private readonly GameServer? _server;
    private readonly string? _serverKey;

    /// <summary>A request that is filled in by hand.</summary>
    public LaunchRequest()
    {
    }

    /// <summary>The request for a server, whose config file is not written before somebody reads it.</summary>
    [SetsRequiredMembers]
    internal LaunchRequest(GameServer server, Build build, ImmutableArray<KeyValuePair<string, string>> environment, string serverKey)
    {
        Id = server.Compute;
        Project = server.Project;
        Host = server.Host;
        Build = build;
        Size = server.Spec.Size;
        StartupArgs = server.Spec.StartupArgs;
        Environment = environment;
        Ports = server.Ports;
        ConfigFile = null!;
        _server = server;
        _serverKey = serverKey;
    }

    /// <summary>The launch; a provider that already has it does nothing.</summary>
    public required ComputeId Id { get; init; }

    /// <summary>The project the server belongs to.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>The <see cref="ComputeHost.Id"/> of the host the engine chose.</summary>
    public required string Host { get; init; }

    /// <summary>The build to run.</summary>
    public required Build Build { get; init; }

    /// <summary>The size, for the limits the platform can enforce.</summary>
    public required ComputeSize Size { get; init; }

    /// <summary>The arguments as the caller wrote them, or null; to be split with shell-like splitting.</summary>
    public required string? StartupArgs { get; init; }

    /// <summary>
    /// The variables, already merged and in order: project, server, platform. The tokens <c>{port:name}</c> in values that
    /// users set, and in the arguments, are replaced by the external port. Secrets: never log the values.
    /// </summary>
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>The ports granted.</summary>
    public required ImmutableArray<NetworkPort> Ports { get; init; }

    /// <summary>The text of <c>playflow.json</c>, which stands beside the executable. Holds the project's key.</summary>
    public required string ConfigFile
    {
        get => _configFile ?? ServerConfigFile.Write(_server!, _serverKey!);
        init => _configFile = value;
    }
}
