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
using PlayFlow.Core.Docker.Layers;
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
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(1);

    private readonly LaunchTable _launches;
    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DockerComputeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<DockerComputeProvider> _logger;
    private readonly ITlsTerminator? _tls;
    private readonly DockerEngine _engine;
    private readonly BuildImages _images;
    private readonly string _data;
    private readonly IPAddress _bindAddress;
    private Launcher? _launcher;
    private string? _owner;
    private EngineWatch? _watch;
    private Task _watching = Task.CompletedTask;
    private bool _disposed;

    /// <summary>A provider of one host. It asks nothing of the engine before <see cref="StartAsync"/>.</summary>
    /// <param name="options">What it needs to know.</param>
    /// <param name="artefacts">Where the files of builds come from.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Takes what it has to say.</param>
    /// <param name="tls">Serves the ports that players reach with TLS; without it those are served in plain.</param>
    /// <exception cref="ComputeException">The engine's address cannot be used.</exception>
    public DockerComputeProvider(
        DockerComputeOptions options,
        IBuildArtefacts artefacts,
        TimeProvider timeProvider,
        ILogger<DockerComputeProvider> logger,
        ITlsTerminator? tls = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(artefacts);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentException.ThrowIfNullOrEmpty(options.DataDirectory);
        _options = options;
        _time = timeProvider;
        _logger = logger;
        _tls = tls;
        _data = Path.GetFullPath(options.DataDirectory);
        _bindAddress = PublishedPorts.AddressOf(options);
        _engine = new DockerEngine(options.Endpoint, options.RequestTimeout, timeProvider);
        _images = Images(artefacts);
        _launches = new LaunchTable(_engine, Path.Combine(_data, "servers"), logger, _stopped.Token);
        Hosts = [new ComputeHost(DockerComputeOptions.HostId, options.Address, options.Ports)];
    }

    /// <inheritdoc/>
    public ImmutableArray<ComputeHost> Hosts { get; }

    /// <inheritdoc/>
    public bool MeasuresUsage => true;

    private Launcher Launcher => _launcher ?? throw new InvalidOperationException("The provider was not started.");

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
        var context = new LaunchContext(observer, _engine, _tls, _time, _logger, _stopped.Token);
        _launcher = new Launcher(context, _images, _options, Owner, _data, _bindAddress);
        Log.Connected(_logger, _engine.Endpoint, _engine.Facts.Version, Owner);

        var watch = _watch = new EngineWatch(_engine, Owner, _time, _logger) { Ended = _launches.NoteEnd, Seen = _launches.CompareAsync };
        try
        {
            var containers = await watch.ListAsync(cancellationToken).ConfigureAwait(false);
            await _launches.AdoptAsync(containers, context, cancellationToken).ConfigureAwait(false);
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
        if (_launches.Find(request.Id) is not null)
        {
            return;
        }

        if (_engine.Silence is { } silence)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, silence);
        }

        using (_launches.Announce(request.Id))
        {
            _launches.Follow(await Launcher.LaunchAsync(request, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken) =>
        _launches.Find(id) is { HasEnded: false } launch ? launch.StopAsync(mode, cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken)
    {
        if (_launches.Find(id) is not { HasEnded: false } launch)
        {
            return;
        }

        await Launcher.WriteConfigAsync(id, launch.Container, configFile, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeStatus>>([.. _launches.All.Select(launch => launch.Status)]);

    /// <inheritdoc/>
    public async Task ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (!await _launches.ForgetAsync(id, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

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
        if (_engine.Silence is not null || _launches.Find(id) is not { HasEnded: false } launch)
        {
            return;
        }

        try
        {
            await launch.Output.CatchUpAsync(FlushPatience, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            // What is there is reported once the engine answers; a reader is shown what came so far.
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken)
    {
        Launch[] launches = [.. _launches.All.Where(launch => !launch.HasEnded)];
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
        !_engine.SharesLoopback || PublishedPorts.IsFree(_bindAddress, port, protocol);

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
        await Task.WhenAll(_launches.All.Select(launch => launch.Following)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watch?.Dispose();
        _engine.Dispose();
        _images.Dispose();
        _launcher?.Dispose();
        _stopped.Dispose();
    }

    /// <summary>Makes a build's image; one sentence on why it cannot be made, or null.</summary>
    internal async Task<string?> MakeImageAsync(
        Build build, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _images.ProvideAsync(build, credentials, log, cancellationToken).ConfigureAwait(false);
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the provider's own files could not be written: {e.Message}";
        }
    }

    /// <summary>Removes a build's image, with the last container that uses it.</summary>
    internal async Task RemoveImageAsync(BuildId build, CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await _images.RemoveAsync(build, cancellationToken).ConfigureAwait(false);
    }

    private BuildImages Images(IBuildArtefacts artefacts)
    {
        var images = new EngineImages(_engine, _time);
        var layered = new LayeredImages(images, new LayerListings(Path.Combine(_data, "layers")), () => Owner, _time, _logger);
        return new BuildImages(
            images,
            new ArchiveImages(_engine, images, layered, artefacts, _options.BaseImage, Path.Combine(_data, "unpacked"), () => Owner, _logger),
            new PulledImages(
                _engine, images, new ImagePull(_engine, images, _time), new PullRecords(Path.Combine(_data, "images")), () => Owner, _logger),
            () => Owner,
            _logger);
    }
}
