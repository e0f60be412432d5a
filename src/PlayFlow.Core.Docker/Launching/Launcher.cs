using System.Collections.Immutable;
using System.Net;
using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Images;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>
/// Makes a running container of a request, or nothing. Starts two at once for each processor of the engine: more would only make each
/// wait for the others. Safe to use from any thread.
/// </summary>
internal sealed class Launcher : IDisposable
{
    private const int AtOnceForAProcessor = 2;

    private readonly LaunchContext _context;
    private readonly BuildImages _images;
    private readonly ContainerSurroundings _around;
    private readonly string _servers;
    private readonly SemaphoreSlim _starts;
    private readonly bool _mountsConfig;
    private volatile bool _hasInit = true;

    public Launcher(LaunchContext context, BuildImages images, DockerComputeOptions options, string owner, string data, IPAddress bindAddress)
    {
        _context = context;
        _images = images;
        _servers = Path.Combine(data, "servers");
        _starts = new SemaphoreSlim(AtOnceForAProcessor * context.Engine.Facts.Processors);

        // A folder of this system is seen by an engine that runs on it; elsewhere the file has to be copied.
        _mountsConfig = context.Engine.Facts.IsLocal && ConfigFolder.CanMount(_servers);
        _around = new ContainerSurroundings(owner, data, bindAddress.ToString(), context.Tls is not null, null, options.LimitMemory, options.MaxProcesses, true);
    }

    /// <summary>Starts a container; on return it runs, or has run.</summary>
    /// <exception cref="ComputeException">It could not be started; nothing of it is left.</exception>
    public async Task<Launch> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var arguments = ContainerPlan.CheckedArguments(request);
        if (_around.TerminatesTls && !_context.Engine.SharesLoopback && request.Ports.FirstOrDefault(port => port.TlsEnabled) is { } secured)
        {
            throw new ComputeException(
                StopReason.PortUnavailable, $"port '{secured.Name}' cannot be served with TLS: the Docker engine is on another machine");
        }

        await _starts.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await StartAsync(request, arguments, cancellationToken).ConfigureAwait(false);
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
            _starts.Release();
        }
    }

    /// <summary>Gives a container its <c>playflow.json</c>, or a new one.</summary>
    public async Task WriteConfigAsync(ComputeId id, string container, string text, CancellationToken cancellationToken)
    {
        if (_mountsConfig)
        {
            ConfigFolder.For(_servers, id).Write(text);
        }
        else
        {
            await ConfigFolder.CopyAsync(_context.Engine, container, text, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _starts.Dispose();

    private async Task<Launch> StartAsync(
        LaunchRequest request, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var hasInit = _hasInit;
        try
        {
            return await StartAsync(request, arguments, hasInit, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (hasInit && (e.Says("docker-init") || e.Says("container-init")))
        {
            _hasInit = false;
            Log.NoInit(_context.Logger);
            return await StartAsync(request, arguments, hasInit: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Launch> StartAsync(
        LaunchRequest request, ImmutableArray<string> arguments, bool hasInit, CancellationToken cancellationToken)
    {
        var config = ConfigFolder.For(_servers, request.Id);
        var around = _around with { ConfigMount = _mountsConfig ? config.Mount : null, HasInit = hasInit };
        string? created = null;
        try
        {
            if (_mountsConfig)
            {
                config.Write(request.ConfigFile);
            }

            var container = created = await CreateAsync(request, arguments, around, cancellationToken).ConfigureAwait(false);
            if (!_mountsConfig)
            {
                await ConfigFolder.CopyAsync(_context.Engine, container, request.ConfigFile, cancellationToken).ConfigureAwait(false);
            }

            await _context.Engine.CallAsync(
                (client, token) => client.Containers.StartContainerAsync(container, new ContainerStartParameters(), token),
                cancellationToken).ConfigureAwait(false);
            var launch = new Launch(_context, request.Id, container, [.. request.Ports.Select(InnerPort.Of)]);
            if (_around.TerminatesTls && request.Ports.Any(static port => port.TlsEnabled))
            {
                await ServeWithTlsAsync(launch, cancellationToken).ConfigureAwait(false);
            }

            return launch;
        }
        catch
        {
            await CleanUpAsync(created, config).ConfigureAwait(false);
            throw;
        }
    }

    private async Task ServeWithTlsAsync(Launch launch, CancellationToken cancellationToken)
    {
        var found = await _context.Engine.InspectAsync(launch.Container, cancellationToken).ConfigureAwait(false);
        launch.Note(found.State!);
        await launch.Tls.OpenAsync(Labels.TlsPortsOf(found.Config?.Labels), found.NetworkSettings?.Ports).ConfigureAwait(false);
    }

    private async Task<string> CreateAsync(
        LaunchRequest request, ImmutableArray<string> arguments, ContainerSurroundings around, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var image = await _images.ProvideAsync(request.Build, credentials: null, static _ => { }, cancellationToken).ConfigureAwait(false);
            var plan = ContainerPlan.Create(request, arguments, image, $"playflow-{around.Owner}-{SafeName.From(request.Id.ToString())}", around);
            try
            {
                return (await _context.Engine.CallAsync(
                    (client, token) => client.Containers.CreateContainerAsync(plan, token), cancellationToken).ConfigureAwait(false)).ID;
            }
            catch (EngineException e) when (e.IsNotFound && attempt == 1)
            {
                // Somebody tidied the engine up.
                _images.NoteGone(request.Build.Id);
            }
        }
    }

    private async Task CleanUpAsync(string? container, ConfigFolder config)
    {
        try
        {
            if (container is not null)
            {
                await ContainerRemoval.RunAsync(_context.Engine, container, CancellationToken.None).ConfigureAwait(false);
            }

            config.Delete();
        }
        catch (Exception e) when (e is EngineException or IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(_context.Logger, container ?? config.Name, e);
        }
    }
}
