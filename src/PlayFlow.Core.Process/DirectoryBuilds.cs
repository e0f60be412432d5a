using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Artefacts;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process;

/// <summary>
/// Builds that are directories on this machine already: for programs that start servers without anyone uploading them. Safe to
/// call from any thread; never writes to the directories.
/// </summary>
/// <remarks>
/// A build is found by its name. Its files are copied when the first server of a version starts, so change the directory first
/// and make a new version of the build then. The directories stay when a build is deleted.
/// </remarks>
public sealed class DirectoryBuilds : IBuildArtefacts, IBuildProcessor
{
    private readonly Func<string, string?> _find;

    /// <summary>Every directory of a parent is a build of that name.</summary>
    /// <param name="parent">The parent, absolute or below the current directory.</param>
    public DirectoryBuilds(string parent)
    {
        ArgumentException.ThrowIfNullOrEmpty(parent);
        var root = Path.GetFullPath(parent);
        _find = name => name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0') ? null : Path.Combine(root, name);
    }

    /// <summary>Each name given is a build.</summary>
    /// <param name="directories">The directory of each build name.</param>
    public DirectoryBuilds(IReadOnlyDictionary<string, string> directories)
    {
        ArgumentNullException.ThrowIfNull(directories);
        var known = directories.ToDictionary(pair => pair.Key, pair => Path.GetFullPath(pair.Value), StringComparer.Ordinal);
        _find = known.GetValueOrDefault;
    }

    /// <inheritdoc/>
    /// <returns>Null when the directory is there and what it is run by can be run; otherwise what is wrong.</returns>
    public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(log);
        return Task.Run(() => FindFault(build, log), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ExtractAsync(Build build, string directory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return Task.Run(() => Copy(Find(build), directory, cancellationToken), cancellationToken);
    }

    /// <summary>Leaves the directory as it is.</summary>
    public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Copy(string source, string target, CancellationToken cancellationToken)
    {
        foreach (var file in BuildManifest.Scan(source).Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var to = Path.Combine(target, file.Path);
            switch (file.Kind)
            {
                case 'd':
                    Directory.CreateDirectory(to);
                    break;
                case 'l':
                    File.CreateSymbolicLink(to, file.Target);
                    break;
                default:
                    File.Copy(Path.Combine(source, file.Path), to);
                    break;
            }
        }
    }

    private string? FindFault(Build build, Action<string> log)
    {
        if (_find(build.Name) is not { } directory || !Directory.Exists(directory))
        {
            return Missing(build);
        }

        log($"using {directory}");
        try
        {
            _ = BuildManifest.Scan(directory);
            var name = build.ExecutablePath ?? Build.DefaultExecutablePath;
            var executable = Path.GetFullPath(Path.Combine(directory, name));
            return executable.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                ? RunnableFile.FindFault(executable, name)
                : $"the executable '{name}' is not in the build";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the build cannot be read: {e.Message}";
        }
    }

    private string Find(Build build) =>
        _find(build.Name) is { } directory && Directory.Exists(directory)
            ? directory
            : throw new ComputeException(StopReason.StartupFailureDownload, Missing(build));

    private static string Missing(Build build) => $"there is no directory for the build '{build.Name}'";
}
