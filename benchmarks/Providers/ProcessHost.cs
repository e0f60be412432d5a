using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Benchmarks.Providers;

/// <summary>A process provider over a folder of its own, with one build, and nothing above it.</summary>
internal sealed class ProcessHost : IAsyncDisposable
{
    private static readonly ProjectId Project = new("bench");

    private readonly string _data;
    private readonly ProcessComputeProvider _provider;
    private readonly Build _build;
    private int _launches;

    private ProcessHost(string files, string executable, string parent)
    {
        _data = Directory.CreateDirectory(Path.Combine(parent, $"playflow-host-{Environment.ProcessId}")).FullName;
        _build = new Build
        {
            Id = new BuildId("build"),
            Project = Project,
            Name = Build.DefaultName,
            Version = 1,
            Type = BuildType.Zip,
            ExecutablePath = executable,
            State = BuildState.Ready,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        _provider = new ProcessComputeProvider(
            new ProcessComputeOptions { DataDirectory = _data },
            new DirectoryBuilds(new Dictionary<string, string> { [Build.DefaultName] = files }),
            TimeProvider.System,
            NullLogger<ProcessComputeProvider>.Instance);
    }

    /// <summary>What it reports.</summary>
    public LaunchWatch Reports { get; } = new();

    /// <summary>A provider whose launches run a file of a folder.</summary>
    /// <param name="files">The folder.</param>
    /// <param name="executable">The file.</param>
    /// <param name="parent">Where its data directory is made; the system's folder for what is temporary, if not told.</param>
    public static async Task<ProcessHost> StartAsync(string files, string executable, string? parent = null)
    {
        var host = new ProcessHost(files, executable, parent ?? Path.GetTempPath());
        await host._provider.StartAsync(host.Reports, CancellationToken.None);
        return host;
    }

    /// <summary>A launch with one UDP port, not begun yet.</summary>
    /// <param name="externalPort">The number it is given, as <c>{port:game}</c> and in <c>PLAYFLOW_PORT_GAME</c>.</param>
    /// <param name="internalPort">The number its build is configured for.</param>
    /// <param name="arguments">What it is told.</param>
    public LaunchRequest Request(int externalPort, int internalPort, string arguments) => new()
    {
        Id = new ComputeId(new InstanceId((++_launches).ToString(CultureInfo.InvariantCulture)), 1),
        Project = Project,
        Host = ProcessComputeOptions.HostId,
        Build = _build,
        Size = ComputeSize.Small,
        StartupArgs = arguments,
        Environment = [],
        Ports = [new NetworkPort("game", internalPort, externalPort, PortProtocol.Udp, "127.0.0.1", TlsEnabled: false)],
        ConfigFile = "{}",
    };

    /// <summary>Begins a launch.</summary>
    public Task LaunchAsync(LaunchRequest request) => _provider.LaunchAsync(request, CancellationToken.None);

    /// <summary>Ends a launch, and returns when no process of it is left. Its folder stays.</summary>
    public async Task EndAsync(ComputeId id)
    {
        await _provider.StopAsync(id, StopMode.Kill, CancellationToken.None);
        await Reports.EndedAsync(id);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var launch in await _provider.ListAsync(CancellationToken.None))
        {
            if (launch.Exit is null)
            {
                await EndAsync(launch.Id);
            }
        }

        await _provider.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
