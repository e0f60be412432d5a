using System.Collections.Immutable;
using System.Net;
using PlayFlow.Core.Docker;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Control;

namespace PlayFlow.Emulator.Hosting;

/// <summary>Where game servers run.</summary>
internal enum ComputeKind
{
    /// <summary>As processes of this machine.</summary>
    Process,

    /// <summary>As containers of a Docker engine.</summary>
    Docker,

    /// <summary>Nowhere: they are made up, and do at once what is asked of them.</summary>
    Fake,
}

/// <summary>Everything an emulator can be told.</summary>
internal sealed record EmulatorOptions
{
    /// <summary>The server key of an emulator that is given none. Everybody knows it.</summary>
    public const string DefaultServerKey = "pf_local";

    /// <summary>The client key of an emulator that is given none. Everybody knows it.</summary>
    public const string DefaultClientKey = "pfclient_local";

    /// <summary>The address to listen on.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port to listen on; 0 for any that is free.</summary>
    public int Port { get; init; } = 8787;

    /// <summary>What players are told to connect to.</summary>
    public string PublicHost { get; init; } = "127.0.0.1";

    /// <summary>Where game servers run.</summary>
    public ComputeKind Provider { get; init; } = ComputeKind.Process;

    /// <summary>The image that uploaded archives are laid upon.</summary>
    public string DockerBaseImage { get; init; } = new DockerComputeOptions().BaseImage;

    /// <summary>Where the Docker engine listens, or null for where its own client would look.</summary>
    public Uri? DockerHost { get; init; }

    /// <summary>Where everything is kept.</summary>
    public string DataDirectory { get; init; } = ".playflow";

    /// <summary>Whether everything is forgotten at the end.</summary>
    public bool InMemory { get; init; }

    /// <summary>The plan of the project.</summary>
    public Plan Plan { get; init; } = Plan.Pro;

    /// <summary>The keys of the project.</summary>
    public ProjectKeys Keys { get; init; } = new(DefaultServerKey, DefaultClientKey);

    /// <summary>Projects beside that one, with all they need but a name and a plan.</summary>
    public ImmutableArray<ProjectEntry> Projects { get; init; } = [];

    /// <summary>Whether the control API is there.</summary>
    public bool Control { get; init; }

    /// <summary>The numbers game servers may be given.</summary>
    public PortRange Ports { get; init; } = PortRange.Create(30_000, 39_999);

    /// <summary>The file to write once requests are answered, or null.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>How much is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Whether calls are counted.</summary>
    public bool RateLimit { get; init; } = true;

    /// <summary>How many times the service's allowance of calls a key has.</summary>
    public decimal RateLimitScale { get; init; } = 1;

    /// <summary>How long a build stays in processing at least.</summary>
    public TimeSpan ProcessingDelay { get; init; }

    /// <summary>The figures and switches of the rules.</summary>
    public FleetRules Rules { get; init; } = new();

    /// <summary>What the API may do otherwise than it does by default.</summary>
    public ApiConduct Conduct { get; init; } = new();
}
