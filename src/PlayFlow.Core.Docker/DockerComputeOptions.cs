using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker;

/// <summary>What a <see cref="DockerComputeProvider"/> needs to know.</summary>
public sealed class DockerComputeOptions
{
    /// <summary>The id of the only host the provider offers.</summary>
    public const string HostId = "docker";

    /// <summary>
    /// Where the engine listens: <c>unix:///path</c>, <c>npipe://./pipe/name</c> or <c>tcp://host:port</c>. By default what
    /// <c>DOCKER_HOST</c> says, else the current Docker context, else the platform's own default.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// The image that archives are laid upon: it has the shell and the libraries that servers need. Pulled when the engine does
    /// not have it. The default is <c>debian:bookworm-slim</c>.
    /// </summary>
    public string BaseImage { get; set; } = "debian:bookworm-slim";

    /// <summary>
    /// The folder the provider keeps its files in: who it is to the engine, and what running servers are told about
    /// themselves. Owned by one provider at a time; the caller sees to that. The default is <c>.playflow/docker</c> below the
    /// current folder.
    /// </summary>
    public string DataDirectory { get; set; } = Path.Combine(".playflow", "docker");

    /// <summary>What players connect to: a name or an IP address. The default is this machine only by name, 127.0.0.1.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>
    /// The address of the engine's machine that ports are published on. By default loopback when <see cref="Address"/> is
    /// loopback, else all.
    /// </summary>
    public string? BindAddress { get; set; }

    /// <summary>The external ports servers may be given. The default is 30000 to 39999.</summary>
    public PortRange Ports { get; set; } = PortRange.Create(30000, 39999);

    /// <summary>
    /// Whether servers are held to the memory of their compute size. The default is true.
    /// </summary>
    public bool LimitMemory { get; set; } = true;

    /// <summary>How many processes and threads a server may have. The default is 4096.</summary>
    public int MaxProcesses { get; set; } = 4096;

    /// <summary>
    /// How long the engine may take for a single request before it counts as not answering. The default is 30 seconds.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
