using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// The image of each build: its files as a layer upon the base image. One is made at a time; nothing runs while it is made, so a
/// build's content has no say in it. Safe to call from any thread.
/// </summary>
internal sealed class BuildImages(
    DockerEngine engine, IBuildArtefacts artefacts, string baseImage, string folder, Func<string> owner, ILogger logger) : IDisposable
{
    private const string Repository = "playflow/build";
    private const string DeletedRepository = "playflow/deleted";
    private const string Untagged = "<none>:<none>";

    private readonly ConcurrentDictionary<BuildId, string> _known = new();
    private readonly EngineImages _all = new(engine);
    private readonly SemaphoreSlim _turn = new(1);
    private volatile bool _isKeeping;

    /// <summary>The image of a build, made if need be.</summary>
    /// <param name="build">The build.</param>
    /// <param name="log">Takes what is told of the making.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComputeException">It cannot be made.</exception>
    /// <exception cref="EngineException">The engine failed otherwise.</exception>
    public async Task<string> ProvideAsync(Build build, Action<string>? log, CancellationToken cancellationToken)
    {
        var image = Reference(Repository, build.Id);
        if (_known.ContainsKey(build.Id))
        {
            return image;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await _all.FindAsync(image, cancellationToken).ConfigureAwait(false) is not { } found
                || found.Config?.Labels is not { } labels || !labels.TryGetValue(Labels.Base, out var madeUpon) || madeUpon != baseImage)
            {
                await MakeAsync(build, image, log ?? (static _ => { }), cancellationToken).ConfigureAwait(false);
                Log.ImageMade(logger, image, build.Id.Value);
            }

            _known[build.Id] = image;
            return image;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Notes that somebody removed a build's image behind the provider's back.</summary>
    public void NoteGone(BuildId build) => _known.TryRemove(build, out _);

    /// <summary>Removes a build's image, at once or with the last container that uses it.</summary>
    public async Task RemoveAsync(BuildId build, CancellationToken cancellationToken)
    {
        NoteGone(build);
        var image = Reference(Repository, build);
        try
        {
            await _all.DeleteAsync(image, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsConflict)
        {
            await _all.TagAsync(image, DeletedRepository, Tag(build), cancellationToken).ConfigureAwait(false);
            await _all.DeleteAsync(image, cancellationToken).ConfigureAwait(false);
            _isKeeping = true;
            Log.ImageKept(logger, image);
        }
    }

    /// <summary>Removes the images of deleted builds that nothing uses any more.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        RemoveUnusedAsync(static tag => !tag.StartsWith(DeletedRepository + ":", StringComparison.Ordinal), cancellationToken);

    /// <summary>The same, if there may be any.</summary>
    public Task SweepIfKeptAsync(CancellationToken cancellationToken) => _isKeeping ? SweepAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Removes every image that nothing uses.</summary>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        _known.Clear();
        await RemoveUnusedAsync(static _ => false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what an interrupted run left unpacked.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // By tag; what has lost its last tag to a newer image goes by its id.
    private async Task RemoveUnusedAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        _isKeeping = false;
        foreach (var image in await _all.ListAsync(Labels.OwnedBy(owner(), Labels.Build), cancellationToken).ConfigureAwait(false))
        {
            string[] tags = [.. (image.RepoTags ?? []).Where(tag => tag != Untagged)];
            foreach (var name in tags.Length == 0 ? [image.ID] : tags.Where(tag => !isWanted(tag)))
            {
                try
                {
                    await _all.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
                }
                catch (EngineException e) when (e.IsConflict)
                {
                    _isKeeping = true;
                }
            }
        }
    }

    private async Task MakeAsync(Build build, string image, Action<string> log, CancellationToken cancellationToken)
    {
        var upon = await _all.ProvideAsync(baseImage, log, cancellationToken).ConfigureAwait(false);
        var files = Path.Combine(folder, SafeName.From(build.Id.Value));
        string? container = null;
        try
        {
            PrivateFolder.Create(folder);
            Directory.CreateDirectory(files);
            await artefacts.ExtractAsync(build, files, cancellationToken).ConfigureAwait(false);
            var program = ProgramFile.Read(Path.Combine(files, GameFolder.Name(build)), GameFolder.Name(build), upon.Architecture);
            if (program.Fault is { } fault)
            {
                throw Unrunnable(fault);
            }

            container = await CreateAsync(build, cancellationToken).ConfigureAwait(false);
            await CheckInterpreterAsync(container, build, program.Interpreter, cancellationToken).ConfigureAwait(false);
            log($"Laying the build upon the image {baseImage}.");
            await LayAsync(container, files, build, cancellationToken).ConfigureAwait(false);
            await CommitAsync(container, build, cancellationToken).ConfigureAwait(false);
            log($"Made the image {image}.");
            await SweepAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsDiskFull)
        {
            throw Unavailable("there is no room left on the Docker engine's disk; make some and try again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable("the build's files could not be laid out: " + e.Message, e);
        }
        finally
        {
            await CleanUpAsync(container, files).ConfigureAwait(false);
        }
    }

    private async Task<string> CreateAsync(Build build, CancellationToken cancellationToken)
    {
        var created = await engine.CallAsync(
            (client, token) => client.Containers.CreateContainerAsync(
                new CreateContainerParameters
                {
                    Image = baseImage,
                    Entrypoint = [GameFolder.Executable(build)],
                    Cmd = [],
                    WorkingDir = GameFolder.WorkingDirectory(build),
                    User = FormattableString.Invariant($"{GameFolder.User}:{GameFolder.User}"),
                    Labels = Labels.Of(owner(), build, baseImage),
                    HostConfig = new HostConfig { NetworkMode = "none" },
                },
                token),
            cancellationToken).ConfigureAwait(false);
        return created.ID;
    }

    // A program whose loader or shell is not in the image cannot be started, and the system's word for that misleads.
    private async Task CheckInterpreterAsync(string container, Build build, string? interpreter, CancellationToken cancellationToken)
    {
        if (interpreter is null)
        {
            return;
        }

        try
        {
            await engine.CallAsync(
                (client, token) => client.Containers.GetArchiveFromContainerAsync(
                    container, new ContainerPathStatParameters { Path = interpreter }, true, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            throw Unrunnable(
                $"the executable '{GameFolder.Name(build)}' is run by '{interpreter}', which the base image '{baseImage}' does not have");
        }
    }

    private async Task LayAsync(string container, string files, Build build, CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tar = BuildTar.Open(files, build, stopped.Token);
        try
        {
            await engine.CallLongAsync(
                (client, token) => client.Containers.ExtractArchiveToContainerAsync(
                    container, new CopyToContainerParameters { Path = "/" }, tar, token),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whoever still writes the tar must not touch the files while they are removed.
            await stopped.CancelAsync().ConfigureAwait(false);
            await tar.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(string container, Build build, CancellationToken cancellationToken) => await engine.CallLongAsync(
        (client, token) => client.Images.CommitContainerChangesAsync(
            new CommitContainerChangesParameters { ContainerID = container, RepositoryName = Repository, Tag = Tag(build.Id), Pause = false },
            token),
        cancellationToken).ConfigureAwait(false);

    private async Task CleanUpAsync(string? container, string files)
    {
        try
        {
            if (container is not null)
            {
                await ContainerRemoval.RunAsync(engine, container, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (EngineException e)
        {
            Log.NotRemoved(logger, container!, e);
        }

        try
        {
            if (Directory.Exists(files))
            {
                Directory.Delete(files, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(logger, files, e);
        }
    }

    private string Tag(BuildId build) => $"{owner()}-{SafeName.From(build.Value)}";

    private string Reference(string repository, BuildId build) => $"{repository}:{Tag(build)}";

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);

    private static ComputeException Unavailable(string message, Exception? e) => new(StopReason.StartupFailureDownload, message, e);


}
