using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Portable;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>What a provider under test may use of the system.</summary>
public enum PlatformKind
{
    /// <summary>All there is.</summary>
    Best,

    /// <summary>Linux with version 2 of the control groups alone.</summary>
    UnifiedGroups,

    /// <summary>Linux as it is for a user who may not make control groups.</summary>
    WithoutGroups,

    /// <summary>What every system has.</summary>
    Portable,
}

/// <summary>A provider over a folder of its own, with builds written by the test, and whatever it started ended at the end.</summary>
internal sealed class ProviderHarness : IAsyncDisposable
{
    private readonly ProjectId _project = new("project");
    private int _servers;
    private bool _isAttached;

    public ProviderHarness(PlatformKind kind = PlatformKind.Best)
    {
        Kind = kind;
        Folder = Directory.CreateTempSubdirectory("playflow-process-").FullName;
    }

    public PlatformKind Kind { get; }

    /// <summary>What providers made from now on wait before they take a port for another's; longer than any test waits.</summary>
    public TimeSpan PortConflictTimeout { get; set; } = TimeSpan.FromMinutes(10);

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    /// <summary>What providers made from now on serve TLS ports with.</summary>
    public ITlsTerminator? Tls { get; set; }

    public FolderArtefacts Artefacts { get; } = new();

    public RecordingObserver Observer { get; } = new();

    public ProcessComputeProvider Provider { get; private set; } = null!;

    /// <summary>A provider over the data directory, as after the start of the emulator.</summary>
    public async Task StartAsync()
    {
        Provider = new ProcessComputeProvider(
            new ProcessComputeOptions { DataDirectory = Data, PortConflictTimeout = PortConflictTimeout },
            Artefacts,
            TimeProvider.System,
            NullLogger<ProcessComputeProvider>.Instance,
            CreatePlatform(),
            Tls);
        await Provider.StartAsync(Observer, CancellationToken.None);
        _isAttached = true;
    }

    /// <summary>Lets go of everything, as a killed emulator does.</summary>
    public async Task DetachAsync()
    {
        _isAttached = false;
        await Provider.DisposeAsync();
    }

    /// <summary>Another provider over the same data, as after the emulator was killed and started again.</summary>
    public async Task StartAnewAsync()
    {
        await DetachAsync();
        await StartAsync();
    }

    public Build AddBuild(Action<string> write, string executable = Build.DefaultExecutablePath, BuildType type = BuildType.Zip) =>
        Artefacts.AddBuild(write, executable, type);

    /// <summary>A build whose executable is a shell script.</summary>
    public Build AddScript(string script) => Artefacts.AddScript(script);

    /// <summary>The sample server, as a build.</summary>
    public Build AddEcho() => AddBuild(
        folder =>
        {
            foreach (var file in Directory.GetFiles(Repository.EchoServer, "EchoGameServer*"))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        },
        "EchoGameServer");

    public LaunchRequest Request(
        Build build, string? args = null, IEnumerable<NetworkPort>? ports = null, params (string Name, string Value)[] environment) => new()
        {
            Id = new ComputeId(new InstanceId($"server-{Interlocked.Increment(ref _servers)}"), 1),
            Project = _project,
            Host = ProcessComputeOptions.HostId,
            Build = build,
            Size = ComputeSize.Small,
            StartupArgs = args,
            Environment =
            [
                .. environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value)),
                KeyValuePair.Create("DOTNET_ROOT", Repository.DotnetRoot),
            ],
            Ports = [.. ports ?? []],
            ConfigFile = """{"api-key":"secret-key"}""",
        };

    public static NetworkPort Port(
        PortProtocol protocol = PortProtocol.Udp, int? external = null, int? @internal = null, string name = "game", bool tls = false) =>
        new(name, @internal ?? TestPorts.Next(), external ?? TestPorts.Next(), protocol, "127.0.0.1", tls);

    public async Task<ComputeId> LaunchAsync(LaunchRequest request)
    {
        await Provider.LaunchAsync(request, CancellationToken.None);
        return request.Id;
    }

    public Task WaitOpenAsync(ComputeId id) => Eventually.TrueAsync(
        () => Observer.Exit(id) is { } exit ? throw new AssertionException($"ended: {exit}; {Errors(id)}") : Observer.IsOpen(id),
        $"ports of {id} open; {Errors(id)}");

    public async Task<ComputeExit> WaitEndedAsync(ComputeId id)
    {
        await Eventually.TrueAsync(() => Observer.Exit(id) is not null, $"{id} ended");
        return Observer.Exit(id)!;
    }

    public async Task<ComputeExit> KillAsync(ComputeId id)
    {
        await Provider.StopAsync(id, StopMode.Kill, CancellationToken.None);
        return await WaitEndedAsync(id);
    }

    public string FilesOf(ComputeId id) => Path.Combine(Data, "servers", id.ToString(), "files");

    public async ValueTask DisposeAsync()
    {
        if (!_isAttached)
        {
            await StartAsync();
        }

        foreach (var status in await Provider.ListAsync(CancellationToken.None))
        {
            if (status.Exit is null)
            {
                await KillAsync(status.Id);
            }
        }

        await Provider.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private IProcessPlatform CreatePlatform() => Kind switch
    {
        PlatformKind.Portable => new PortablePlatform(TimeProvider.System),
        PlatformKind.WithoutGroups => new LinuxPlatform(ControlGroups.None, TimeProvider.System),
        _ => new LinuxPlatform(ControlGroups.Discover(Data, useMemory: Kind == PlatformKind.Best), TimeProvider.System),
    };

    private string Errors(ComputeId id) => string.Join(" | ", Observer.Lines(id, Telemetry.LogLevel.Error));
}
