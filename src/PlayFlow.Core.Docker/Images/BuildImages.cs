using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// The image that the servers of each build run in, under a name of the build's own, whatever it is made of. Safe to call from any
/// thread.
/// </summary>
internal sealed class BuildImages(
    EngineImages images, ArchiveImages archives, PulledImages pulled, Func<string> owner, ILogger logger) : IDisposable
{
    private const string Repository = "playflow/build";
    private const string DeletedRepository = "playflow/deleted";
    private const string Untagged = "<none>:<none>";

    private readonly ConcurrentDictionary<BuildId, GameImage> _known = new();
    private volatile bool _isKeeping;

    /// <summary>Whether a repository is one of those that images are kept in here.</summary>
    public static bool IsOwn(string repository) => repository is Repository or DeletedRepository;

    /// <summary>The image of a build, made if need be.</summary>
    /// <param name="build">The build.</param>
    /// <param name="credentials">What the registry of its image wants, or null.</param>
    /// <param name="log">Takes what is told of the making.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComputeException">It cannot be made.</exception>
    /// <exception cref="EngineException">The engine failed otherwise.</exception>
    public async Task<GameImage> ProvideAsync(
        Build build, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(build.Id, out var known))
        {
            return known;
        }

        var image = build.Type == BuildType.Zip
            ? await archives.ProvideAsync(build, Repository, Tag(build.Id), log, cancellationToken).ConfigureAwait(false)
            : await pulled.ProvideAsync(build, Repository, Tag(build.Id), credentials, log, cancellationToken).ConfigureAwait(false);
        _known[build.Id] = image;

        // One that was made anew has left its forerunner without a name.
        await SweepAsync(cancellationToken).ConfigureAwait(false);
        return image;
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
            await images.DeleteAsync(image, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsConflict)
        {
            await images.TagAsync(image, DeletedRepository, Tag(build), cancellationToken).ConfigureAwait(false);
            await images.DeleteAsync(image, cancellationToken).ConfigureAwait(false);
            Log.ImageKept(logger, image);
        }

        await pulled.RemoveAsync(build, cancellationToken).ConfigureAwait(false);

        // What is known of it goes too, and what has to stay is noted.
        await SweepAsync(cancellationToken).ConfigureAwait(false);
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
        await pulled.RemoveAllAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes what an interrupted run left unpacked.</summary>
    public void Clear() => archives.Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        archives.Dispose();
        pulled.Dispose();
    }

    // By tag; what has lost its last tag to a newer image goes by its id.
    private async Task RemoveUnusedAsync(Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        _isKeeping = false;
        var all = await images.ListAsync(Labels.OwnedBy(owner(), Labels.Build), cancellationToken).ConfigureAwait(false);
        archives.KeepOnly(all);
        foreach (var image in all)
        {
            string[] tags = [.. (image.RepoTags ?? []).Where(tag => tag != Untagged)];
            foreach (var name in tags.Length == 0 ? [image.ID] : tags.Where(tag => !isWanted(tag)))
            {
                try
                {
                    await images.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
                }
                catch (EngineException e) when (e.IsConflict)
                {
                    _isKeeping = true;
                }
            }
        }
    }

    private string Tag(BuildId build) => $"{owner()}-{SafeName.From(build.Value)}";

    private string Reference(string repository, BuildId build) => $"{repository}:{Tag(build)}";
}
