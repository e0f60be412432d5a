using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Docker.Layers;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// Images for builds that are archives: the files as a layer upon the base image. One is made at a time; nothing runs while it is
/// made, so a build's content has no say in it. Safe to call from any thread.
/// </summary>
internal sealed class ArchiveImages(
    DockerEngine engine,
    EngineImages images,
    LayeredImages layered,
    IBuildArtefacts artefacts,
    string baseImage,
    string folder,
    Func<string> owner,
    ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    // What was found in base images, by their ids.
    private readonly HashSet<(string Image, string Path)> _interpreters = [];

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

    /// <summary>Forgets what it knows of the layers of images that are gone.</summary>
    /// <param name="all">The images there are.</param>
    public void KeepOnly(IEnumerable<ImagesListResponse> all) => layered.KeepOnly(all);

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

            await CheckInterpreterAsync(upon, build, program.Interpreter, cancellationToken).ConfigureAwait(false);
            var entries = BuildFiles.Scan(files, build);
            log($"Laying the build upon the image {baseImage}.");
            var image = GameImage.OfArchive($"{repository}:{tag}", build);
            if (!await layered.TryMakeAsync(image, upon, Labels.Of(owner(), build, baseImage), entries, build, cancellationToken).ConfigureAwait(false))
            {
                await MakeOfDraftAsync(build, entries, repository, tag, cancellationToken).ConfigureAwait(false);
                layered.NoteRefused();
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

    // A program whose loader or shell is not in the image cannot be started, and the system's word for that misleads.
    private async Task CheckInterpreterAsync(ImageInspectResponse upon, Build build, string? interpreter, CancellationToken cancellationToken)
    {
        if (interpreter is null || _interpreters.Contains((upon.ID, interpreter)))
        {
            return;
        }

        var draft = await DraftAsync(build, cancellationToken).ConfigureAwait(false);
        await using (draft.ConfigureAwait(false))
        {
            if (await draft.FindAsync(interpreter, cancellationToken).ConfigureAwait(false) is null)
            {
                throw Unrunnable(
                    $"the executable '{GameFolder.Name(build)}' is run by '{interpreter}', which the base image '{baseImage}' does not have");
            }
        }

        _interpreters.Add((upon.ID, interpreter));
    }

    // For an engine that wants every layer of an image it is to load: it makes the layer itself, out of a container.
    private async Task MakeOfDraftAsync(
        Build build, IReadOnlyList<BuildEntry> entries, string repository, string tag, CancellationToken cancellationToken)
    {
        var draft = await DraftAsync(build, cancellationToken).ConfigureAwait(false);
        await using (draft.ConfigureAwait(false))
        {
            var tar = new TarPipe((output, token) => LayerTar.WriteAsync(output, entries, token), cancellationToken);
            await using (tar.ConfigureAwait(false))
            {
                await draft.UnpackAsync(tar.Reader, cancellationToken).ConfigureAwait(false);
            }

            await draft.CommitAsync(repository, tag, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ImageDraft> DraftAsync(Build build, CancellationToken cancellationToken)
    {
        var container = new CreateContainerParameters { Labels = Labels.Of(owner(), build, baseImage) };
        GameImage.OfArchive(baseImage, build).Apply(container, []);
        return ImageDraft.CreateAsync(engine, logger, container, cancellationToken);
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
