using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Images;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Docker.Usage;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Docker;

/// <summary>
/// Runs game servers as containers of a Docker engine. Safe to call from any thread.
/// </summary>
/// <remarks>
/// <para>Each launch is a container of its own from the image of its build, without privileges, held to the memory of its
/// compute size, with processor time in proportion to that. Inside it the game binds the ports its build is configured for; the
/// engine publishes them under the external numbers. Containers outlive this process and are taken up by the next provider of
/// the same data directory; those of other providers on the same engine are never touched.</para>
/// <para>Ports count as open when a socket in the container is, seen through <c>/proc</c> where the engine runs on this system
/// and by running <c>cat</c> in the container elsewhere. Where neither can tell, a launch counts as ready once it runs.</para>
/// <para>Of what a game uses, processor time, memory and network bytes are the engine's figures for the container, about a
/// second old. TCP connections and the load average are known where the engine runs on this system.</para>
/// <para>An engine that does not answer makes launches fail with its reason; nothing waits for it longer than
/// <see cref="DockerComputeOptions.RequestTimeout"/>.</para>
/// <para>The clock given has to run as the real one does: what is watched are real containers.</para>
/// </remarks>
public sealed class DockerComputeProvider : IComputeProvider
{
    private static readonly TimeSpan SamplePatience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<ComputeId, Launch> _launches = new();
    private readonly ConcurrentDictionary<string, Launch> _containers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ComputeId, bool> _launching = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DockerComputeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DockerComputeProvider> _logger;
    private readonly DockerEngine _engine;
    private readonly BuildImages _images;
    private readonly string _data;
    private readonly string _servers;
    private readonly IPAddress _bindAddress;
    private SemaphoreSlim _starts = new(1);
    private LaunchContext? _context;
    private string? _owner;
    private EngineWatch? _watch;
    private Task _watching = Task.CompletedTask;
    private volatile bool _hasInit = true;
    private bool _disposed;

    /// <summary>A provider of one host. It asks nothing of the engine before <see cref="StartAsync"/>.</summary>
    /// <exception cref="ComputeException">The engine's address cannot be used.</exception>
    public DockerComputeProvider(
        DockerComputeOptions options, IBuildArtefacts artefacts, TimeProvider timeProvider, ILogger<DockerComputeProvider> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(artefacts);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentException.ThrowIfNullOrEmpty(options.DataDirectory);
        _options = options;
        _time = timeProvider;
        _logger = logger;
        _data = Path.GetFullPath(options.DataDirectory);
        _servers = Path.Combine(_data, "servers");
        _bindAddress = PublishedPorts.AddressOf(options);
        _engine = new DockerEngine(options.Endpoint, options.RequestTimeout, timeProvider);
        _images = new BuildImages(_engine, artefacts, options.BaseImage, Path.Combine(_data, "unpacked"), () => Owner, logger);
        Hosts = [new ComputeHost(DockerComputeOptions.HostId, options.Address, options.Ports)];
    }

    /// <inheritdoc/>
    public ImmutableArray<ComputeHost> Hosts { get; }

    /// <inheritdoc/>
    public bool MeasuresUsage => true;

    private LaunchContext Context => _context ?? throw new InvalidOperationException("The provider was not started.");

    private string Owner => _owner ?? throw new InvalidOperationException("The provider was not started.");

    /// <inheritdoc/>
    /// <exception cref="ComputeException">The engine does not answer, or cannot be used.</exception>
    public async Task StartAsync(IComputeObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        await _engine.ConnectAsync(cancellationToken).ConfigureAwait(false);
        PrivateFolder.Create(_data);
        _owner = OwnerFile.ReadOrCreate(_data);
        _images.Clear();
        _starts = new SemaphoreSlim(Math.Max(2, _engine.Facts.Processors));
        _context = new LaunchContext(observer, _engine, _time, _logger, _stopped.Token);
        Log.Connected(_logger, _engine.Endpoint, _engine.Facts.Version, Owner);

        var watch = _watch = new EngineWatch(_engine, Owner, _time, _logger) { Ended = NoteEnd, Seen = CompareAsync };
        try
        {
            await AdoptAsync(await watch.ListAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            await _images.SweepAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, e.Message, e);
        }

        _watching = watch.RunAsync(_stopped.Token);
        _started.TrySetResult();
    }

    /// <inheritdoc/>
    public async Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_launches.ContainsKey(request.Id))
        {
            return;
        }

        if (request.Build.Type != BuildType.Zip)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, "container images cannot be run yet: upload the server as an archive");
        }

        var arguments = ContainerPlan.CheckedArguments(request);
        if (_engine.Silence is { } silence)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, silence);
        }

        _launching[request.Id] = true;
        try
        {
            await _starts.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await LaunchAsync(request, arguments, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _starts.Release();
            }
        }
        catch (EngineException e)
        {
            throw StartFault.Of(e, request);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ComputeException(StopReason.StartupFailureDownload, "the server's files could not be laid out: " + e.Message, e);
        }
        finally
        {
            _launching.TryRemove(request.Id, out _);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken)
    {
        if (!_launches.TryGetValue(id, out var launch) || launch.HasEnded)
        {
            return;
        }

        var signal = new ContainerKillParameters { Signal = mode == StopMode.Kill ? "SIGKILL" : "SIGTERM" };
        try
        {
            await _engine.CallAsync(
                (client, token) => client.Containers.KillContainerAsync(launch.Container, signal, token), cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound || e.IsConflict)
        {
            // It has just ended; that is told another way.
        }
    }

    /// <inheritdoc/>
    public async Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken)
    {
        if (!_launches.TryGetValue(id, out var launch) || launch.HasEnded)
        {
            return;
        }

        if (MountsConfig)
        {
            ConfigFolder.For(_servers, id).Write(configFile);
        }
        else
        {
            await ConfigFolder.CopyAsync(_engine, launch.Container, configFile, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeStatus>>([.. _launches.Values.Select(launch => launch.Status)]);

    /// <inheritdoc/>
    public async Task ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (!_launches.TryGetValue(id, out var launch) || !launch.HasEnded)
        {
            return;
        }

        await RemoveAsync(launch.Container, cancellationToken).ConfigureAwait(false);
        ConfigFolder.For(_servers, id).Delete();
        _launches.TryRemove(id, out _);
        _containers.TryRemove(launch.Container, out _);
        launch.Output.Dispose();
        try
        {
            await _images.SweepIfKeptAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            Log.NotRemoved(_logger, "The image of a deleted build", e);
        }
    }

    /// <inheritdoc/>
    public async Task FlushLogsAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (!_launches.TryGetValue(id, out var launch) || launch.HasEnded)
        {
            return;
        }

        try
        {
            await launch.Output.CatchUpAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            // What is there is reported once the engine answers; a reader is shown what came so far.
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken)
    {
        Launch[] launches = [.. _launches.Values.Where(launch => !launch.HasEnded)];
        var first = Task.WhenAll(launches.Select(launch => launch.Usage.First));
        await Task.WhenAny(first, Task.Delay(SamplePatience, _time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var load = _engine.Facts.IsLocal ? LoadAverage.Read() : null;
        return
        [
            .. launches.Where(launch => launch is { HasEnded: false, Usage.Last: not null }).Select(launch => new ComputeReading(
                launch.Id, launch.Usage.Last!.Value with { LoadAverage = load, TcpConnections = launch.CountConnections() })),
        ];
    }

    /// <inheritdoc/>
    public bool IsPortFree(string host, int port, PortProtocol protocol) =>
        _engine.Endpoint.Scheme is not ("unix" or "npipe") || PublishedPorts.IsFree(_bindAddress, port, protocol);

    /// <summary>Removes the image of every build, except from under servers that run; they are made again when they are needed.</summary>
    /// <exception cref="ComputeException">The engine does not answer.</exception>
    public async Task RemoveImagesAsync(CancellationToken cancellationToken = default)
    {
        if (_owner is null)
        {
            return;
        }

        try
        {
            await _images.RemoveAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, e.Message, e);
        }
    }

    /// <summary>Lets go of every launch. Containers run on, for the next provider of the same data directory to take up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopped.CancelAsync().ConfigureAwait(false);
        _started.TrySetCanceled();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_launches.Values.Select(launch => launch.Following)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watch?.Dispose();
        _engine.Dispose();
        _images.Dispose();
        _starts.Dispose();
        _stopped.Dispose();
    }

    /// <summary>Makes a build's image; one sentence on why it cannot be made, or null.</summary>
    internal async Task<string?> MakeImageAsync(Build build, Action<string> log, CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _images.ProvideAsync(build, log, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ComputeException e)
        {
            return e.Message;
        }
        catch (EngineException e)
        {
            return $"its image could not be made: {e.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Removes a build's image, with the last container that uses it.</summary>
    internal Task RemoveImageAsync(BuildId build, CancellationToken cancellationToken) => _images.RemoveAsync(build, cancellationToken);

    // A folder of this system is seen by an engine that runs on it; a colon in its name would mean something else to the engine.
    private bool MountsConfig => _engine.Facts.IsLocal && ConfigFolder.CanMount(_servers);

    private async Task LaunchAsync(LaunchRequest request, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var config = ConfigFolder.For(_servers, request.Id);
        var around = new ContainerSurroundings(
            Owner, _data, _bindAddress.ToString(), MountsConfig ? config.Mount : null, _options.LimitMemory, _options.MaxProcesses, _hasInit);
        string? container = null;
        try
        {
            if (MountsConfig)
            {
                config.Write(request.ConfigFile);
            }

            container = await CreateAsync(request, arguments, around, cancellationToken).ConfigureAwait(false);
            if (!MountsConfig)
            {
                await ConfigFolder.CopyAsync(_engine, container, request.ConfigFile, cancellationToken).ConfigureAwait(false);
            }

            await _engine.CallAsync(
                (client, token) => client.Containers.StartContainerAsync(container, new ContainerStartParameters(), token),
                cancellationToken).ConfigureAwait(false);
            var found = await _engine.CallAsync(
                (client, token) => client.Containers.InspectContainerAsync(container, token), cancellationToken).ConfigureAwait(false);
            Follow(new Launch(Context, request.Id, container, found.State!.Pid, Labels.PortsOf(found.Config?.Labels)), found.State);
        }
        catch (Exception e)
        {
            await CleanUpAsync(container, config).ConfigureAwait(false);
            if (e is EngineException fault && around.HasInit && fault.Says("docker-init"))
            {
                _hasInit = false;
                Log.NoInit(_logger);
                await LaunchAsync(request, arguments, cancellationToken).ConfigureAwait(false);
                return;
            }

            throw;
        }
    }

    private async Task<string> CreateAsync(
        LaunchRequest request, ImmutableArray<string> arguments, ContainerSurroundings around, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var image = await _images.ProvideAsync(request.Build, log: null, cancellationToken).ConfigureAwait(false);
            var plan = ContainerPlan.Create(request, arguments, image, $"playflow-{Owner}-{SafeName.From(request.Id.ToString())}", around);
            try
            {
                return (await _engine.CallAsync(
                    (client, token) => client.Containers.CreateContainerAsync(plan, token), cancellationToken).ConfigureAwait(false)).ID;
            }
            catch (EngineException e) when (e.IsNotFound && attempt == 1)
            {
                // Somebody tidied the engine up.
                _images.NoteGone(request.Build.Id);
            }
        }
    }

    private void Follow(Launch launch, State state)
    {
        _containers[launch.Container] = launch;
        _launches[launch.Id] = launch;
        if (ContainerEnd.Find(state) is not null)
        {
            launch.NoteEnd();
        }

        launch.Run();
    }

    private void NoteEnd(string container)
    {
        if (_containers.TryGetValue(container, out var launch))
        {
            launch.NoteEnd();
        }
    }

    private async Task AdoptAsync(IList<ContainerListResponse> containers, CancellationToken cancellationToken)
    {
        var launches = await Task.WhenAll(containers.Select(container => AdoptAsync(container, cancellationToken))).ConfigureAwait(false);
        var kept = launches.OfType<ComputeId>().Select(id => ConfigFolder.For(_servers, id).Name).ToHashSet(StringComparer.Ordinal);
        PrivateFolder.Create(_servers);
        foreach (var folder in Directory.GetDirectories(_servers))
        {
            if (!kept.Contains(Path.GetFileName(folder)))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private async Task<ComputeId?> AdoptAsync(ContainerListResponse container, CancellationToken cancellationToken)
    {
        if (Labels.FindLaunch(container.Labels) is not { } id || container.State == "created")
        {
            await RemoveAsync(container.ID, cancellationToken).ConfigureAwait(false);
            Log.Leftover(_logger, container.ID);
            return null;
        }

        var found = await _engine.CallAsync(
            (client, token) => client.Containers.InspectContainerAsync(container.ID, token), cancellationToken).ConfigureAwait(false);
        var launch = new Launch(Context, id, container.ID, found.State!.Pid, Labels.PortsOf(container.Labels));
        await launch.Output.ResumeAsync(cancellationToken).ConfigureAwait(false);
        Follow(launch, found.State);
        Log.Adopted(_logger, id);
        return id;
    }

    // Containers that nobody knows are what a launch left that could not be cleaned up while the engine was silent.
    private async Task CompareAsync(IList<ContainerListResponse> containers)
    {
        foreach (var container in containers)
        {
            if (_containers.TryGetValue(container.ID, out var known))
            {
                if (container.State is "exited" or "dead")
                {
                    known.NoteEnd();
                }
            }
            else if (Labels.FindLaunch(container.Labels) is { } id && !_launching.ContainsKey(id) && !_launches.ContainsKey(id))
            {
                await RemoveAsync(container.ID, _stopped.Token).ConfigureAwait(false);
                Log.Leftover(_logger, container.ID);
            }
        }

        var listed = containers.Select(container => container.ID).ToHashSet(StringComparer.Ordinal);
        foreach (var launch in _launches.Values)
        {
            // Looked at again when it ends: one launched since the list was made is there after all.
            if (!launch.HasEnded && !listed.Contains(launch.Container) && !await IsThereAsync(launch.Container).ConfigureAwait(false))
            {
                launch.NoteEnd();
            }
        }
    }

    private async Task<bool> IsThereAsync(string container)
    {
        try
        {
            await _engine.CallAsync((client, token) => client.Containers.InspectContainerAsync(container, token), _stopped.Token)
                .ConfigureAwait(false);
            return true;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await _engine.CallAsync(
                (client, token) => client.Containers.RemoveContainerAsync(
                    container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound || e.Says("is already in progress"))
        {
            // As wished.
        }
    }

    private async Task CleanUpAsync(string? container, ConfigFolder config)
    {
        try
        {
            if (container is not null)
            {
                await RemoveAsync(container, CancellationToken.None).ConfigureAwait(false);
            }

            config.Delete();
        }
        catch (Exception e) when (e is EngineException or IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(_logger, container ?? config.Name, e);
        }
    }
}
