using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>A provider over a folder of its own, with builds written by the test, and whatever it started removed at the end.</summary>
internal sealed class DockerHarness : IAsyncDisposable
{
    private readonly ProjectId _project = new("project");
    private int _count;
    private bool _isAttached;

    private DockerHarness(DockerEngineProcess engine) => Engine = engine;

    public DockerEngineProcess Engine { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pfd-data-").FullName;

    public FolderArtefacts Artefacts { get; } = new();

    public RecordingComputeObserver Observer { get; private set; } = new();

    public DockerComputeProvider Provider { get; private set; } = null!;

    public string BaseImage { get; set; } = SharedEngine.BaseImage;

    /// <summary>Where the provider finds the engine, if not where that listens.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>What serves ports with TLS, if anything does.</summary>
    public ITlsTerminator? Tls { get; set; }

    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The word its containers are labelled with.</summary>
    public string Owner => File.ReadAllText(Path.Combine(Folder, "data", "owner"));

    /// <summary>A started one, on the engine that all tests share or on one of the test's own.</summary>
    public static async Task<DockerHarness> StartAsync(DockerEngineProcess? engine = null, Action<DockerHarness>? prepare = null)
    {
        var harness = new DockerHarness(engine ?? await SharedEngine.GetAsync());
        prepare?.Invoke(harness);
        await harness.AttachAsync();
        return harness;
    }

    /// <summary>A provider over the data directory, as after the start of the emulator.</summary>
    public async Task AttachAsync()
    {
        Provider = new DockerComputeProvider(
            new DockerComputeOptions
            {
                DataDirectory = Path.Combine(Folder, "data"),
                Endpoint = Endpoint ?? Engine.Endpoint,
                BaseImage = BaseImage,
                RequestTimeout = RequestTimeout,
            },
            Artefacts,
            TimeProvider.System,
            NullLogger<DockerComputeProvider>.Instance,
            Tls);
        await Provider.StartAsync(Observer, CancellationToken.None);
        _isAttached = true;
    }

    /// <summary>Lets go of everything, as an emulator that is killed does.</summary>
    public async Task DetachAsync()
    {
        _isAttached = false;
        await Provider.DisposeAsync();
    }

    /// <summary>A build whose files a piece of the test writes.</summary>
    public Build AddBuild(Action<string> write, string executable = Build.DefaultExecutablePath) => Artefacts.AddBuild(write, executable);

    /// <summary>A build that names an image.</summary>
    public Build AddImage(string image, string? executable = null) => AddBuild(static _ => { }) with
    {
        Type = BuildType.DockerImage,
        ImageUrl = image,
        ExecutablePath = executable,
        State = BuildState.Processing,
    };

    /// <summary>What processes builds.</summary>
    public DockerBuildProcessor Processor => new(new Checked(), Provider);

    /// <summary>Processes a build.</summary>
    /// <returns>The lines of its log, and what is wrong with it.</returns>
    public async Task<(IReadOnlyList<string> Lines, string? Fault)> ProcessAsync(
        Build build, RegistryCredentials? credentials = null, CancellationToken cancellationToken = default)
    {
        var lines = new List<string>();
        return (lines, await Processor.ProcessAsync(build, credentials, lines.Add, cancellationToken));
    }

    /// <summary>Deletes a build.</summary>
    public Task DeleteAsync(Build build) => Processor.DeleteAsync(build.Id, CancellationToken.None);

    /// <summary>Whether the engine has an image.</summary>
    public async Task<bool> HasAsync(string image) => (await Engine.DockerAsync("images", "-q", image)).Length > 0;

    /// <summary>A build whose executable is a shell script.</summary>
    public Build AddScript(string script) => Artefacts.AddScript(script);

    /// <summary>A script that waits to be stopped.</summary>
    public static string Waits => "trap 'exit 0' TERM\nwhile :; do sleep 1000 & wait $!; done";

    public LaunchRequest Request(
        Build build, string? args = null, IEnumerable<NetworkPort>? ports = null, params (string Name, string Value)[] environment) => new()
        {
            Id = new ComputeId(new InstanceId($"server-{Interlocked.Increment(ref _count)}"), 1),
            Project = _project,
            Host = DockerComputeOptions.HostId,
            Build = build,
            Size = ComputeSize.Small,
            StartupArgs = args,
            Environment = [.. environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))],
            Ports = [.. ports ?? []],
            ConfigFile = """{"api-key":"secret-key"}""",
        };

    public static NetworkPort Port(PortProtocol protocol = PortProtocol.Udp, int @internal = 7777, string name = "game", int? external = null, bool tls = false) =>
        new(name, @internal, external ?? TestPorts.Next(), protocol, "127.0.0.1", tls);

    public async Task<ComputeId> LaunchAsync(LaunchRequest request)
    {
        await Provider.LaunchAsync(request, CancellationToken.None);
        return request.Id;
    }

    public Task WaitOpenAsync(ComputeId id) => Eventually.TrueAsync(
        () => Observer.FindExit(id) is { } exit ? throw new AssertionException($"ended: {exit}; {Output(id)}") : Observer.HasOpenPorts(id),
        $"ports of {id} open");

    public async Task<ComputeExit> WaitEndedAsync(ComputeId id)
    {
        await Eventually.TrueAsync(() => Observer.FindExit(id) is not null, $"{id} ended");
        return Observer.FindExit(id)!;
    }

    public async Task<ComputeExit> StopAsync(ComputeId id, StopMode mode = StopMode.Graceful)
    {
        await Provider.StopAsync(id, mode, CancellationToken.None);
        return await WaitEndedAsync(id);
    }

    /// <summary>Launches, waits for the end and gives what was written.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(LaunchRequest request)
    {
        var id = await LaunchAsync(request);
        await WaitEndedAsync(id);
        return Lines(id);
    }

    public IReadOnlyList<string> Lines(ComputeId id, LogLevel level = LogLevel.Info) =>
        [.. Observer.LinesOf(id).Where(line => line.Level == level).Select(line => line.Text)];

    public string Output(ComputeId id) => string.Join('\n', Observer.LinesOf(id).Select(line => line.Text));

    /// <summary>The failure of a launch that has to fail.</summary>
    public async Task<ComputeException> FailAsync(LaunchRequest request)
    {
        try
        {
            await Provider.LaunchAsync(request, CancellationToken.None);
        }
        catch (ComputeException e)
        {
            return e;
        }

        throw new AssertionException("it was launched");
    }

    /// <summary>The containers that carry its label.</summary>
    public async Task<string[]> ContainersAsync() =>
        (await Engine.DockerAsync("ps", "-aq", "--no-trunc", "--filter", $"label=playflow.owner={Owner}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The container of a launch.</summary>
    public Task<string> ContainerAsync(ComputeId id) => Engine.DockerAsync(
        "ps", "-aq", "--no-trunc", "--filter", $"label=playflow.owner={Owner}", "--filter", $"label=playflow.instance={id.Instance.Value}");

    /// <summary>The images that carry its label.</summary>
    public async Task<string[]> ImagesAsync() =>
        (await Engine.DockerAsync("images", "-q", "--filter", $"label=playflow.owner={Owner}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async ValueTask DisposeAsync()
    {
        if (!_isAttached)
        {
            Observer = new RecordingComputeObserver();
            await AttachAsync();
        }

        foreach (var status in await Provider.ListAsync(CancellationToken.None))
        {
            await Provider.StopAsync(status.Id, StopMode.Kill, CancellationToken.None);
            await WaitEndedAsync(status.Id);
            await Provider.ForgetAsync(status.Id, CancellationToken.None);
        }

        // What a start left that failed while the engine hung is removed once it answers.
        await Eventually.TrueAsync(async () => (await ContainersAsync()).Length == 0, static () => "every container to go", TimeSpan.FromMilliseconds(100));
        await Provider.RemoveImagesAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ImagesAsync(), Is.Empty, "images left");
            Assert.That(Directory.GetDirectories(Path.Combine(Folder, "data", "servers")), Is.Empty, "folders left");
        }

        await Provider.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    // What comes before the image: here every archive is sound.
    private sealed class Checked : IBuildProcessor
    {
        public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
