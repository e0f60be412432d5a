using System.Formats.Tar;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// Images for builds that name one: it is pulled unless the engine has it, and a layer is put on top that leads to
/// <c>playflow.json</c>. What was once pulled for a build stays what its servers run. Safe to call from any thread; one call at a
/// time for a build.
/// </summary>
internal sealed class PulledImages(
    DockerEngine engine, EngineImages images, ImagePull pull, PullRecords records, Func<string> owner, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The image of a build, fetched and made if need be.</summary>
    /// <param name="build">The build.</param>
    /// <param name="repository">The repository of the image to be made.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="credentials">What the registry wants, or null.</param>
    /// <param name="log">Takes what is told of the making.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComputeException">It cannot be had, or not be run.</exception>
    /// <exception cref="EngineException">The engine failed otherwise.</exception>
    public async Task<GameImage> ProvideAsync(
        Build build, string repository, string tag, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        var name = $"{repository}:{tag}";
        var record = records.Find(build.Id);
        if (record?.Id is not null && await images.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } made)
        {
            return GameImage.OfImage(name, build, made.Config);
        }

        try
        {
            var found = await FetchAsync(build, record, credentials, log, cancellationToken).ConfigureAwait(false);
            var digest = DigestOf(found, records.Find(build.Id)!.Name);
            log(digest is null ? $"No registry knows it; its id is {found.ID}." : $"Its digest is {digest[(digest.IndexOf('@', StringComparison.Ordinal) + 1)..]}.");
            MachineCheck.Run(found, engine.Facts, log);
            var image = GameImage.OfImage(name, build, found.Config);
            await MakeAsync(build, found, image, digest, (repository, tag), log, cancellationToken).ConfigureAwait(false);
            records.Write(build.Id, records.Find(build.Id)! with { Id = found.ID, Digest = digest });
            return image;
        }
        catch (EngineException e) when (e.IsDiskFull)
        {
            await CleanUpAsync(build.Id, record).ConfigureAwait(false);
            throw new ComputeException(
                StopReason.StartupFailureDownload, "there is no room left on the Docker engine's disk; make some and process the build again", e);
        }
        catch (Exception e) when (e is ComputeException or EngineException)
        {
            await CleanUpAsync(build.Id, record).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes what was pulled for a build and serves no other. A build that is not known is harmless.</summary>
    /// <exception cref="EngineException">The engine failed; it is as before.</exception>
    public async Task RemoveAsync(BuildId build, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (records.Find(build) is not { } record)
            {
                return;
            }

            if (record.WasPulled && HeirOf(build, record) is { File: not null } heir)
            {
                records.Write(heir.File, heir.Record with { WasPulled = true });
            }
            else if (record.WasPulled)
            {
                await RemoveAsync(record, cancellationToken).ConfigureAwait(false);
            }

            records.Delete(build);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Removes everything that was pulled, except from under what uses it. It is pulled again when it is needed.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public async Task RemoveAllAsync(CancellationToken cancellationToken)
    {
        foreach (var (_, record) in records.All().Where(found => found.Record.WasPulled))
        {
            await RemoveAsync(record, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private (string File, PullRecord Record) HeirOf(BuildId build, PullRecord record) => records.All()
        .FirstOrDefault(other => other.Record.Name == record.Name && other.File != records.FileOf(build));

    // A build that failed leaves nothing; one that was ready is to be ready again.
    private async Task CleanUpAsync(BuildId build, PullRecord? record)
    {
        try
        {
            await (record?.Id is null ? RemoveAsync(build, CancellationToken.None) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            Log.NotRemoved(logger, build.Value, e);
        }
    }

    private async Task RemoveAsync(PullRecord record, CancellationToken cancellationToken)
    {
        try
        {
            // The name may stand for something newer by now, which somebody else pulled.
            if (await images.FindAsync(record.Name, cancellationToken).ConfigureAwait(false) is { } found && (record.Id ?? found.ID) == found.ID)
            {
                await images.DeleteAsync(record.Name, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (EngineException e) when (e.IsConflict)
        {
            Log.ImageKept(logger, record.Name);
        }
    }

    private async Task<ImageInspectResponse> FetchAsync(
        Build build, PullRecord? record, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        if (record?.Id is { } id && await images.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        if (record is { Id: not null, Digest: null })
        {
            throw Unavailable("its image was removed from the Docker engine, and no registry has it");
        }

        if (!ImageReference.TryParse(record?.Digest ?? build.ImageUrl ?? string.Empty, out var wanted, out var fault))
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, fault);
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await images.FindAsync(wanted.ToString(), cancellationToken).ConfigureAwait(false) is { } present)
            {
                records.Write(build.Id, record ?? new PullRecord(wanted.ToString(), WasPulled: false));
                log($"The Docker engine has the image {wanted}: it is not pulled.");
                return present;
            }

            // Written first: what an interrupted pull leaves is known to be of one.
            records.Write(build.Id, new PullRecord(wanted.ToString(), WasPulled: true, record?.Id, record?.Digest));
        }
        finally
        {
            _turn.Release();
        }

        return await pull.RunAsync(wanted, credentials, log, cancellationToken).ConfigureAwait(false);
    }

    private async Task MakeAsync(
        Build build,
        ImageInspectResponse from,
        GameImage image,
        string? digest,
        (string Repository, string Tag) to,
        Action<string> log,
        CancellationToken cancellationToken)
    {
        var (entrypoint, command) = (from.Config?.Entrypoint ?? [], from.Config?.Cmd ?? []);
        var program = image.Executable ?? entrypoint.Concat(command).FirstOrDefault()
            ?? throw Unrunnable("the image has no command of its own: name the file in it to run as executable_path");
        var container = new CreateContainerParameters { Labels = Labels.Of(owner(), build, digest ?? from.ID) };
        (image with { Name = from.ID }).Apply(container, []);
        var draft = await ImageDraft.CreateAsync(engine, logger, container, cancellationToken).ConfigureAwait(false);
        await using (draft.ConfigureAwait(false))
        {
            if (program.StartsWith('/'))
            {
                ProgramCheck.Run(program, await draft.FindAsync(program, cancellationToken).ConfigureAwait(false));
            }

            string[] folders = [GameImage.WorkingDirectoryOf(from.Config), .. image.Executable is { } path ? [path[..path.LastIndexOf('/')]] : (string[])[]];
            await draft.UnpackAsync(Links(folders.Distinct()), cancellationToken).ConfigureAwait(false);
            await draft.CommitAsync(to.Repository, to.Tag, cancellationToken).ConfigureAwait(false);
        }

        log($"Servers run '{program}' of it.");
        if (image.Executable is null && entrypoint.Concat(command).Take(2).ToArray() is [var shell, "-c"] && shell.EndsWith("sh", StringComparison.Ordinal))
        {
            log("It is run by a shell, which passes no arguments on: startup_args come to it as PLAYFLOW_STARTUP_ARGS alone.");
        }

        Log.ImageMade(logger, image.Name, build.Id.Value);
    }

    private static MemoryStream Links(IEnumerable<string> folders)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in folders)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"{folder}/{ServerConfigFile.Name}".TrimStart('/'))
                {
                    LinkName = GameFolder.ConfigFile,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                });
            }
        }

        tar.Position = 0;
        return tar;
    }

    private static string? DigestOf(ImageInspectResponse image, string name)
    {
        var repository = name[..(name.Contains('@', StringComparison.Ordinal) ? name.IndexOf('@', StringComparison.Ordinal) : name.LastIndexOf(':'))];
        return image.RepoDigests?.FirstOrDefault(digest => digest.StartsWith(repository + "@", StringComparison.Ordinal))
            ?? image.RepoDigests?.FirstOrDefault();
    }

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);

    private static ComputeException Unavailable(string message) => new(StopReason.StartupFailureDownload, message);
}
