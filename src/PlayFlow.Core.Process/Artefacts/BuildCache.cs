using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Artefacts;

/// <summary>
/// Unpacked builds, each unpacked once and shared by all servers of it. An entry is whole or absent: it is made beside its
/// place and moved there. What a game changed in a shared file is noticed before the next server starts.
/// </summary>
internal sealed class BuildCache(
    string folder, IBuildArtefacts artefacts, BuildCopier copier, int keep, TimeProvider time, ILogger logger)
{
    private const string Unfinished = ".new-";

    private readonly BuildTurns _turns = new();
    private readonly ConcurrentDictionary<string, BuildManifest> _manifests = new(StringComparer.Ordinal);

    /// <summary>Makes the folder and removes what an interrupted run left half-done.</summary>
    public void Prepare()
    {
        PrivateFiles.CreateDirectory(folder);
        foreach (var unfinished in Directory.EnumerateDirectories(folder, Unfinished + "*"))
        {
            PrivateFiles.DeleteDirectory(unfinished);
        }
    }

    /// <summary>Fills a server's empty folder with the files of a build, its executable runnable.</summary>
    /// <exception cref="ComputeException">The build cannot be unpacked, or its executable cannot be run.</exception>
    public async Task ProvideAsync(Build build, string target, CancellationToken cancellationToken)
    {
        var name = FolderName.From(build.Id.Value);
        using var turn = await _turns.TakeAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            var entry = new Entry(Path.Combine(folder, name));
            var manifest = _manifests.TryGetValue(name, out var known) ? known : entry.TryRead();
            if (manifest is not null && !manifest.Matches(entry.Files))
            {
                Log.CacheChanged(logger, build.Id.Value);
                manifest = null;
            }

            manifest ??= await UnpackAsync(build, name, entry, cancellationToken).ConfigureAwait(false);
            _manifests[name] = manifest;
            Directory.SetLastWriteTimeUtc(entry.FullPath, time.GetUtcNow().UtcDateTime);
            AllowExecutable(build, entry.Files);
            copier.Copy(entry.Files, target, manifest, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ComputeException(StopReason.StartupFailureDownload, "the build could not be unpacked: " + e.Message, e);
        }
    }

    /// <summary>Removes the unpacked copy of a build. What servers share with it they keep.</summary>
    public async Task ForgetAsync(BuildId build, CancellationToken cancellationToken)
    {
        var name = FolderName.From(build.Value);
        using var turn = await _turns.TakeAsync(name, cancellationToken).ConfigureAwait(false);
        Remove(name);
    }

    private static void AllowExecutable(Build build, string files)
    {
        var name = build.ExecutablePath ?? Build.DefaultExecutablePath;
        var path = Path.GetFullPath(Path.Combine(files, name));
        var fault = path.StartsWith(files + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? RunnableFile.FindFault(path, name)
            : $"the executable '{name}' is not in the build";
        if (fault is not null)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, fault);
        }

        RunnableFile.Allow(path);
    }

    private async Task<BuildManifest> UnpackAsync(Build build, string name, Entry entry, CancellationToken cancellationToken)
    {
        var fresh = new Entry(Path.Combine(folder, Unfinished + name));
        PrivateFiles.DeleteDirectory(fresh.FullPath);
        try
        {
            PrivateFiles.CreateDirectory(fresh.FullPath);
            PrivateFiles.CreateDirectory(fresh.Files);
            await artefacts.ExtractAsync(build, fresh.Files, cancellationToken).ConfigureAwait(false);
            var manifest = BuildManifest.Scan(fresh.Files);
            RunnableFile.AllowAllIfNone(fresh.Files, manifest);
            BuildCopier.Protect(fresh.Files, manifest);
            manifest.Write(fresh.Manifest);
            PrivateFiles.DeleteDirectory(entry.FullPath);
            Directory.Move(fresh.FullPath, entry.FullPath);
            Prune(name);
            return manifest;
        }
        catch
        {
            PrivateFiles.DeleteDirectory(fresh.FullPath);
            throw;
        }
    }

    // Running servers keep what they share with an entry when the entry goes.
    private void Prune(string current)
    {
        var old = new DirectoryInfo(folder).EnumerateDirectories()
            .Where(entry => entry.Name != current && !entry.Name.StartsWith('.'))
            .OrderByDescending(entry => entry.LastWriteTimeUtc)
            .Skip(Math.Max(0, keep - 1));
        foreach (var entry in old.ToArray())
        {
            using var turn = _turns.TryTake(entry.Name);
            if (turn is not null)
            {
                Remove(entry.Name);
            }
        }
    }

    private void Remove(string name)
    {
        _manifests.TryRemove(name, out _);
        PrivateFiles.DeleteDirectory(Path.Combine(folder, name));
    }

    private readonly record struct Entry(string FullPath)
    {
        public string Files => Path.Combine(FullPath, "files");

        public string Manifest => Path.Combine(FullPath, "manifest");

        public BuildManifest? TryRead() => BuildManifest.TryRead(Manifest);
    }
}
