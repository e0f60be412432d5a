using System.Collections.Concurrent;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Tests.Kit;

/// <summary>Builds that are written by a piece of the test.</summary>
internal sealed class FolderArtefacts : IBuildArtefacts
{
    private readonly ConcurrentDictionary<BuildId, Action<string>> _builds = new();
    private int _extractions;
    private int _count;

    /// <summary>How often a build was unpacked.</summary>
    public int Extractions => _extractions;

    public void Add(BuildId build, Action<string> write) => _builds[build] = write;

    /// <summary>A build whose files a piece of the test writes.</summary>
    public Build AddBuild(Action<string> write, string executable = Build.DefaultExecutablePath, BuildType type = BuildType.Zip)
    {
        var build = new Build
        {
            Id = new BuildId($"build-{Interlocked.Increment(ref _count)}"),
            Project = new ProjectId("project"),
            Name = Build.DefaultName,
            Version = 1,
            Type = type,
            ExecutablePath = executable,
            State = BuildState.Ready,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        Add(build.Id, write);
        return build;
    }

    /// <summary>A build whose executable is a shell script.</summary>
    public Build AddScript(string script) => AddBuild(folder => WriteScript(folder, Build.DefaultExecutablePath, script));

    /// <summary>Writes a shell script into a build.</summary>
    public static void WriteScript(string folder, string name, string script) =>
        File.WriteAllText(Path.Combine(folder, name), "#!/bin/sh\n" + script + "\n");

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
