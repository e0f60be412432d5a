using System.Formats.Tar;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>
/// The files of a build as they are to be in its image: nothing but files, folders and links, no bit of a mode beyond reading,
/// writing and executing, and the link that leads to <c>playflow.json</c>.
/// </summary>
internal static class BuildFiles
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;
    private const UnixFileMode FolderMode = Read | Execute | UnixFileMode.UserWrite;
    private const UnixFileMode FileMode = Read | UnixFileMode.UserWrite;

    /// <summary>All of them, a folder before what is in it.</summary>
    /// <param name="directory">The build's files.</param>
    /// <param name="build">The build.</param>
    /// <exception cref="ComputeException">One has a name that no image can hold.</exception>
    public static IReadOnlyList<BuildEntry> Scan(string directory, Build build)
    {
        var entries = new List<BuildEntry> { Folder(GameFolder.Config), Folder(GameFolder.Files) };
        Scan(new DirectoryInfo(directory), GameFolder.Files, build, entries);
        entries.Add(Link(GameFolder.ConfigPath(build), GameFolder.ConfigFile));
        return entries;
    }

    private static void Scan(DirectoryInfo folder, string path, Build build, List<BuildEntry> entries)
    {
        foreach (var found in folder.EnumerateFileSystemInfos().OrderBy(found => found.Name, StringComparer.Ordinal))
        {
            var name = $"{path}/{found.Name}";
            if (name == GameFolder.ConfigPath(build))
            {
                continue;
            }

            if (found.Name.StartsWith(LayerPlan.Removed, StringComparison.Ordinal))
            {
                throw new ComputeException(
                    StopReason.StartupFailureExecutable,
                    $"the build has a file '{found.Name}': no image can hold names that begin with '{LayerPlan.Removed}'");
            }

            if (found.LinkTarget is { } target)
            {
                entries.Add(Link(name, target.Replace('\\', '/')));
            }
            else if (found is DirectoryInfo inner)
            {
                entries.Add(Folder(name));
                Scan(inner, name, build, entries);
            }
            else
            {
                entries.Add(File((FileInfo)found, name, build));
            }
        }
    }

    private static BuildEntry File(FileInfo file, string name, Build build)
    {
        var mode = OperatingSystem.IsWindows() ? FileMode | Execute : (file.UnixFileMode & Permissions) | FileMode;
        return new BuildEntry(TarEntryType.RegularFile, Below(name), name == GameFolder.Executable(build) ? mode | Execute : mode)
        {
            Source = file.FullName,
            Length = file.Length,
        };
    }

    private static BuildEntry Folder(string path) => new(TarEntryType.Directory, Below(path), FolderMode);

    private static BuildEntry Link(string path, string target) => new(TarEntryType.SymbolicLink, Below(path), FolderMode) { Target = target };

    private static string Below(string path) => path.TrimStart('/');
}
