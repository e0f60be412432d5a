using System.Diagnostics;
using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Docker;

/// <summary>
/// Prints what the Docker provider costs beside raw calls to the same engine, which are given the same container to make: image,
/// port, limits, mounts. The two take turns.
/// </summary>
internal static class DockerFigures
{
    private const int Turns = 15;
    private const int WarmUps = 6;
    private const int AtOnce = 20;
    private const int Adopted = 50;
    private const int FirstPort = 31_000;
    private const string Game = "#!/bin/sh\nexec nc -ll -p 7777 -e cat\n";

    private static int s_count;

    public static async Task PrintAsync()
    {
        await using var engine = await EngineProgram.StartAsync();
        Console.WriteLine("| figure | ours | beside it | ratio | goal |");
        Console.WriteLine("|---|---|---|---|---|");
        await using (var side = await Side.StartAsync(engine))
        {
            await OneByOneAsync(side);
            await AtOnceAsync(side);
        }

        await AdoptionAsync(engine);
        await SecondVersionAsync(engine);
    }

    private static async Task OneByOneAsync(Side side)
    {
        List<double> ours = [], raw = [], open = [];
        using var self = Process.GetCurrentProcess();
        var ourCpu = TimeSpan.Zero;
        for (var turn = -WarmUps; turn < Turns; turn++)
        {
            self.Refresh();
            var before = self.TotalProcessorTime;
            var (rawTime, _) = await TimeAsync(() => side.RunRawAsync(Next()));
            self.Refresh();
            var cpu = self.TotalProcessorTime;
            var rawCpu = cpu - before;
            var request = side.Request(Next());
            var clock = Stopwatch.StartNew();
            await side.Provider.LaunchAsync(request, CancellationToken.None);
            var running = clock.Elapsed.TotalMilliseconds;
            await side.Ends.OpenAsync(request.Id);
            if (turn >= 0)
            {
                raw.Add(rawTime);
                ours.Add(running);
                open.Add(clock.Elapsed.TotalMilliseconds - running);
                self.Refresh();
                ourCpu += self.TotalProcessorTime - cpu - rawCpu;
            }

            await side.ClearAsync();
        }

        Row($"create → running, median of {Turns}", "ms", Median(ours), Median(raw), "≤ 1.15");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| our part of that a server: time, processor time | {Median(ours) - Median(raw):0.0} ms, {ourCpu.TotalMilliseconds / Turns:0.0} ms | | | ≤ 15 ms |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| from there to its port seen open | {Median(open):0.0} ms | | | |"));
    }

    private static async Task AtOnceAsync(Side side)
    {
        List<double> ours = [], raw = [];
        for (var turn = -1; turn < 3; turn++)
        {
            var (rawTime, _) = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => side.RunRawAsync(Next()))));
            await side.ClearAsync();
            var (ourTime, _) = await TimeAsync(() => Task.WhenAll(
                Enumerable.Range(0, AtOnce).Select(_ => side.Provider.LaunchAsync(side.Request(Next()), CancellationToken.None))));
            await side.ClearAsync();
            if (turn >= 0)
            {
                raw.Add(rawTime);
                ours.Add(ourTime);
            }
        }

        Row($"{AtOnce} at once, median of 3", "ms", Median(ours), Median(raw), "≤ 1.15");
    }

    private static async Task AdoptionAsync(EngineProgram engine)
    {
        await using (var side = await Side.StartAsync(engine))
        {
            await Task.WhenAll(Enumerable.Range(0, Adopted).Select(_ => side.Provider.LaunchAsync(side.Request(Next()), CancellationToken.None)));
        }

        var (time, again) = await TimeAsync(() => Side.StartAsync(engine));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Adopted} containers taken up at the start | {time:0} ms | | | ≤ 2000 ms |"));
        await again.ClearAsync();
        await again.DisposeAsync();
    }

    private static async Task SecondVersionAsync(EngineProgram engine)
    {
        var build = await LargeBuild.MakeAsync(engine.Folder);
        await using var side = await Side.StartAsync(engine, build);
        await side.ProcessAsync();
        await build.ChangeAsync();
        var (zstd, _) = await TimeAsync(build.UnzipToZstdAsync);
        var (ours, _) = await TimeAsync(side.ProcessAsync);
        Row($"image for the second version of a {LargeBuild.Megabytes} MB build, a tenth of it changed, beside `unzip -p \\| zstd`", "ms", ours, zstd, "< 1");

        // The worst there is: nothing of it is as it was.
        await build.ChangeAsync(every: 1);
        (zstd, _) = await TimeAsync(build.UnzipToZstdAsync);
        (ours, _) = await TimeAsync(side.ProcessAsync);
        Row("the same with all of it changed", "ms", ours, zstd, "none");
    }

    private static int Next() => Interlocked.Increment(ref s_count);

    private static async Task<(double Milliseconds, bool Result)> TimeAsync(Func<Task> action) => await TimeAsync(async () =>
    {
        await action();
        return true;
    });

    private static async Task<(double Milliseconds, T Result)> TimeAsync<T>(Func<Task<T>> action)
    {
        var clock = Stopwatch.StartNew();
        var result = await action();
        return (clock.Elapsed.TotalMilliseconds, result);
    }

    private static void Row(string figure, string unit, double ours, double beside, string goal) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"| {figure} | {ours:0} {unit} | {beside:0} {unit} | {ours / beside:0.00} | {goal} |"));

    /// <summary>A provider, and a client that does without it.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private readonly DockerClient _client;
        private readonly IBuildArtefacts _artefacts;
        private readonly List<string> _raw = [];
        private Build _build;

        private Side(EngineProgram engine, IBuildArtefacts artefacts)
        {
            _artefacts = artefacts;
            _client = new DockerClientBuilder().WithEndpoint(engine.Endpoint).Build();
            Provider = new DockerComputeProvider(
                new DockerComputeOptions { DataDirectory = Path.Combine(engine.Folder, "provider"), Endpoint = engine.Endpoint, BaseImage = EngineProgram.BaseImage },
                artefacts,
                TimeProvider.System,
                NullLogger<DockerComputeProvider>.Instance);
            _build = new Build
            {
                Id = new BuildId("game"), Project = new ProjectId("p"), Name = "game", Version = 1, Type = BuildType.Zip,
                ExecutablePath = "server", State = BuildState.Ready, CreatedAt = DateTimeOffset.UnixEpoch,
            };
        }

        public DockerComputeProvider Provider { get; }

        public Observer Ends { get; } = new();

        public static async Task<Side> StartAsync(EngineProgram engine, IBuildArtefacts? artefacts = null)
        {
            var side = new Side(engine, artefacts ?? new Script());
            await side.Provider.StartAsync(side.Ends, CancellationToken.None);
            return side;
        }

        /// <summary>Makes the image of a new version.</summary>
        public async Task ProcessAsync()
        {
            _build = _build with { Version = _build.Version + 1, Id = new BuildId($"large-{_build.Version}") };
            var fault = await new DockerBuildProcessor(new Sound(), Provider).ProcessAsync(_build, static _ => { }, CancellationToken.None);
            if (fault is not null)
            {
                throw new InvalidOperationException(fault);
            }
        }

        public LaunchRequest Request(int number) => new()
        {
            Id = new ComputeId(new InstanceId($"server-{number}"), 1),
            Project = _build.Project,
            Host = DockerComputeOptions.HostId,
            Build = _build,
            Size = ComputeSize.Small,
            StartupArgs = null,
            Environment = [],
            Ports = [new NetworkPort("game", 7777, FirstPort + (number % 4000), PortProtocol.Tcp, "127.0.0.1", false)],
            ConfigFile = "{}",
        };

        /// <summary>Creates and starts a container as the provider does, with nothing around it.</summary>
        public async Task RunRawAsync(int number)
        {
            var model = await ModelAsync();
            var (config, host) = (model.Config!, model.HostConfig!);
            var created = await _client.Containers.CreateContainerAsync(new CreateContainerParameters
            {
                Image = config.Image,
                Entrypoint = config.Entrypoint,
                WorkingDir = config.WorkingDir,
                User = config.User,
                Env = config.Env,
                ExposedPorts = config.ExposedPorts,
                HostConfig = new HostConfig
                {
                    Binds = host.Binds,
                    Init = host.Init,
                    Memory = host.Memory,
                    MemorySwap = host.MemorySwap,
                    CPUShares = host.CPUShares,
                    PidsLimit = host.PidsLimit,
                    CapDrop = host.CapDrop,
                    SecurityOpt = host.SecurityOpt,
                    ExtraHosts = host.ExtraHosts,
                    LogConfig = host.LogConfig,
                    PortBindings = new Dictionary<string, IList<PortBinding>>
                    {
                        ["7777/tcp"] = [new PortBinding { HostIP = "127.0.0.1", HostPort = (FirstPort + (number % 4000)).ToString(CultureInfo.InvariantCulture) }],
                    },
                },
            });
            await _client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters());
            lock (_raw)
            {
                _raw.Add(created.ID);
            }
        }

        private ContainerInspectResponse? _model;

        // What the provider asks for, seen on a container of it.
        private async Task<ContainerInspectResponse> ModelAsync()
        {
            if (_model is null)
            {
                var request = Request(Next());
                await Provider.LaunchAsync(request, CancellationToken.None);
                var found = await _client.Containers.ListContainersAsync(new ContainersListParameters());
                _model = await _client.Containers.InspectContainerAsync(found.Single().ID);
            }

            return _model;
        }

        /// <summary>Ends and removes all of both, but what the raw ones are modelled on.</summary>
        public async Task ClearAsync()
        {
            foreach (var launch in await Provider.ListAsync(CancellationToken.None))
            {
                await Provider.StopAsync(launch.Id, StopMode.Kill, CancellationToken.None);
                await Ends.EndAsync(launch.Id);
                await Provider.ForgetAsync(launch.Id, CancellationToken.None);
            }

            foreach (var container in _raw)
            {
                await _client.Containers.RemoveContainerAsync(container, new ContainerRemoveParameters { Force = true });
            }

            _raw.Clear();
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await Provider.DisposeAsync();
        }
    }

    private sealed class Script : IBuildArtefacts
    {
        public Task ExtractAsync(Build build, string directory, CancellationToken cancellationToken) =>
            File.WriteAllTextAsync(Path.Combine(directory, "server"), Game, cancellationToken);
    }

    private sealed class Sound : IBuildProcessor
    {
        public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
