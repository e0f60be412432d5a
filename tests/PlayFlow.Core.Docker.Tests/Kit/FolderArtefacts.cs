using System.Collections.Concurrent;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>Builds that are written by a piece of the test.</summary>
internal sealed class FolderArtefacts : IBuildArtefacts
{
    private readonly ConcurrentDictionary<BuildId, Action<string>> _builds = new();
    private int _extractions;

    /// <summary>How often a build was unpacked.</summary>
    public int Extractions => _extractions;

    public void Add(BuildId build, Action<string> write) => _builds[build] = write;

    public Task ExtractAsync(Build build, string directory, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _extractions);
        if (!_builds.TryGetValue(build.Id, out var write))
        {
            throw new ComputeException(StopReason.StartupFailureDownload, "the artefact is missing");
        }

        write(directory);
        return Task.CompletedTask;
    }
}
