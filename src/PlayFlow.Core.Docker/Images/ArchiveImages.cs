using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// Images for builds that are archives: the files as a layer upon the base image. One is made at a time; nothing runs while it is
/// made, so a build's content has no say in it. Safe to call from any thread.
/// </summary>
internal sealed class ArchiveImages(
    DockerEngine engine,
    EngineImages images,
    IBuildArtefacts artefacts,
    string baseImage,
    string folder,
    Func<string> owner,
    ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The image of a build, made if need be.</summary>
    /// <param name="build">The build.</param>
    /// <param name="repository">The repository of the image to be made.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="log">Takes what is told of the making.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComputeException">It cannot be made.</exception>
    /// <exception cref="EngineException">The engine failed otherwise.</exception>
    public async Task<GameImage> ProvideAsync(
        Build build, string repository, string tag, Action<string> log, CancellationToken cancellationToken)
    {
        var name = $"{repository}:{tag}";
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await images.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } found
                || found.Config?.Labels is not { } labels || !labels.TryGetValue(Labels.Base, out var madeUpon) || madeUpon != baseImage)
            {
                await MakeAsync(build, repository, tag, log, cancellationToken).ConfigureAwait(false);
                Log.ImageMade(logger, name, build.Id.Value);
            }

            return GameImage.OfArchive(name, build);
        }
        finally
        {
            _turn.Release();
        }
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

    private async Task MakeAsync(Build build, string repository, string tag, Action<string> log, CancellationToken cancellationToken)
    {
        var upon = await images.ProvideAsync(baseImage, log, cancellationToken).ConfigureAwait(false);
        var files = Path.Combine(folder, SafeName.From(build.Id.Value));
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

            var draft = await ImageDraft.CreateAsync(engine, logger, Draft(build), cancellationToken).ConfigureAwait(false);
            await using (draft.ConfigureAwait(false))
            {
                await CheckInterpreterAsync(draft, build, program.Interpreter, cancellationToken).ConfigureAwait(false);
                log($"Laying the build upon the image {baseImage}.");
                await LayAsync(draft, files, build, cancellationToken).ConfigureAwait(false);
                await draft.CommitAsync(repository, tag, cancellationToken).ConfigureAwait(false);
            }

            log($"Made the image {repository}:{tag}.");
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
            CleanUp(files);
        }
    }

    private CreateContainerParameters Draft(Build build)
    {
        var container = new CreateContainerParameters { Labels = Labels.Of(owner(), build, baseImage) };
        GameImage.OfArchive(baseImage, build).Apply(container, []);
        return container;
    }

    // A program whose loader or shell is not in the image cannot be started, and the system's word for that misleads.
    private async Task CheckInterpreterAsync(ImageDraft draft, Build build, string? interpreter, CancellationToken cancellationToken)
    {
        if (interpreter is not null && await draft.FindAsync(interpreter, cancellationToken).ConfigureAwait(false) is null)
        {
            throw Unrunnable(
                $"the executable '{GameFolder.Name(build)}' is run by '{interpreter}', which the base image '{baseImage}' does not have");
        }
    }

    private static async Task LayAsync(ImageDraft draft, string files, Build build, CancellationToken cancellationToken)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tar = BuildTar.Open(files, build, stopped.Token);
        try
        {
            await draft.UnpackAsync(tar, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whoever still writes the tar must not touch the files while they are removed.
            await stopped.CancelAsync().ConfigureAwait(false);
            await tar.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void CleanUp(string files)
    {
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

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);

    private static ComputeException Unavailable(string message, Exception? e) => new(StopReason.StartupFailureDownload, message, e);
}
