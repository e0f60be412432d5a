using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Process;

/// <summary>What a <see cref="ProcessComputeProvider"/> needs to know.</summary>
public sealed class ProcessComputeOptions
{
    /// <summary>The id of the only host the provider offers.</summary>
    public const string HostId = "local";

    /// <summary>
    /// The folder the provider keeps its files in: <c>cache</c> holds unpacked builds, <c>servers</c> a folder for each launch.
    /// Owned by one provider at a time; the caller sees to that. The default is <c>.playflow/process</c> below the current folder.
    /// </summary>
    public string DataDirectory { get; set; } = Path.Combine(".playflow", "process");

    /// <summary>What players connect to: a name or an IP address. The default is this machine only by name, 127.0.0.1.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The external ports servers may be given. The default is 30000 to 39999.</summary>
    public PortRange Ports { get; set; } = PortRange.Create(30000, 39999);

    /// <summary>
    /// Whether servers are held to the memory of their compute size, where the system lets this process set such a limit
    /// (Linux control groups). The default is true.
    /// </summary>
    public bool LimitMemory { get; set; } = true;

    /// <summary>How many unpacked builds are kept at least, the most recently used ones, beside those in use. The default is 8.</summary>
    public int CachedBuilds { get; set; } = 8;

    /// <summary>
    /// How long a server may run without opening a port while another process holds the number its build is configured for,
    /// before it is ended as unable to get it. The default is 60 seconds.
    /// </summary>
    public TimeSpan PortConflictTimeout { get; set; } = TimeSpan.FromSeconds(60);
}
