using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// A container that an image is made of: it is filled and never started, so nothing in it has a say. It goes with
/// <see cref="DisposeAsync"/>, or with the next start of the provider.
/// </summary>
internal sealed class ImageDraft : IAsyncDisposable
{
    private readonly DockerEngine _engine;
    private readonly ILogger _logger;
    private readonly string _container;

    private ImageDraft(DockerEngine engine, ILogger logger, string container) => (_engine, _logger, _container) = (engine, logger, container);

    /// <summary>Begins one upon an image.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public static async Task<ImageDraft> CreateAsync(
        DockerEngine engine, ILogger logger, CreateContainerParameters parameters, CancellationToken cancellationToken)
    {
        parameters.HostConfig = new HostConfig { NetworkMode = "none" };
        var created = await engine.CallAsync(
            (client, token) => client.Containers.CreateContainerAsync(parameters, token), cancellationToken).ConfigureAwait(false);
        return new ImageDraft(engine, logger, created.ID);
    }

    /// <summary>What is at a path, or null.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public async Task<ContainerPathStatResponse?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _engine.CallAsync(
                (client, token) => client.Containers.GetArchiveFromContainerAsync(
                    _container, new ContainerPathStatParameters { Path = path }, true, token),
                cancellationToken).ConfigureAwait(false);
            return found.Stat;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Unpacks a tar at its root.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public Task UnpackAsync(Stream tar, CancellationToken cancellationToken) => _engine.CallLongAsync(
        (client, token) => client.Containers.ExtractArchiveToContainerAsync(
            _container, new CopyToContainerParameters { Path = "/" }, tar, token),
        cancellationToken);

    /// <summary>Makes the image.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public Task CommitAsync(string repository, string tag, CancellationToken cancellationToken) => _engine.CallLongAsync(
        (client, token) => client.Images.CommitContainerChangesAsync(
            new CommitContainerChangesParameters { ContainerID = _container, RepositoryName = repository, Tag = tag, Pause = false }, token),
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await ContainerRemoval.RunAsync(_engine, _container, CancellationToken.None).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            Log.NotRemoved(_logger, _container, e);
        }
    }
}
