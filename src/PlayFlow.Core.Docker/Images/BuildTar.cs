using System.Formats.Tar;
using System.IO.Pipelines;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// Writes the files of a build as the tar that is laid upon a base image: owned by the game's user, with nothing but files,
/// folders and links, and no bit of a mode beyond reading, writing and executing.
/// </summary>
internal static class BuildTar
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;
    private const UnixFileMode FolderMode = Read | Execute | UnixFileMode.UserWrite;
    private const UnixFileMode FileMode = Read | UnixFileMode.UserWrite;

    /// <summary>The tar, made while it is read: neither memory nor disk is taken for it.</summary>
    /// <param name="directory">The build's files.</param>
    /// <param name="build">The build.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Stream Open(string directory, Build build, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, minimumSegmentSize: 1 << 16));
        _ = Task.Run(() => WriteAsync(pipe.Writer, directory, build, cancellationToken), CancellationToken.None);
        return pipe.Reader.AsStream();
    }

    private static async Task WriteAsync(PipeWriter pipe, string directory, Build build, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            var output = pipe.AsStream(leaveOpen: true);
            await using (output.ConfigureAwait(false))
            {
                await WriteAsync(output, directory, build, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        await pipe.CompleteAsync(fault).ConfigureAwait(false);
    }

    private static async Task WriteAsync(Stream output, string directory, Build build, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            await WriteAsync(tar, Entry(TarEntryType.Directory, GameFolder.Config, FolderMode), cancellationToken).ConfigureAwait(false);
            await WriteAsync(tar, Entry(TarEntryType.Directory, GameFolder.Files, FolderMode), cancellationToken).ConfigureAwait(false);
            await WriteFolderAsync(tar, new DirectoryInfo(directory), GameFolder.Files, build, cancellationToken).ConfigureAwait(false);

            var config = Entry(TarEntryType.SymbolicLink, GameFolder.ConfigPath(build), FolderMode);
            config.LinkName = GameFolder.ConfigFile;
            await WriteAsync(tar, config, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task WriteFolderAsync(
        TarWriter tar, DirectoryInfo folder, string path, Build build, CancellationToken cancellationToken)
    {
        foreach (var found in folder.EnumerateFileSystemInfos().OrderBy(found => found.Name, StringComparer.Ordinal))
        {
            var name = $"{path}/{found.Name}";
            if (name == GameFolder.ConfigPath(build))
            {
                continue;
            }

            if (found.LinkTarget is { } target)
            {
                var link = Entry(TarEntryType.SymbolicLink, name, FolderMode);
                link.LinkName = target.Replace('\\', '/');
                await WriteAsync(tar, link, cancellationToken).ConfigureAwait(false);
            }
            else if (found is DirectoryInfo inner)
            {
                await WriteAsync(tar, Entry(TarEntryType.Directory, name, FolderMode), cancellationToken).ConfigureAwait(false);
                await WriteFolderAsync(tar, inner, name, build, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await WriteFileAsync(tar, found.FullName, name, build, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WriteFileAsync(
        TarWriter tar, string file, string name, Build build, CancellationToken cancellationToken)
    {
        var mode = OperatingSystem.IsWindows() ? FileMode | Execute : (File.GetUnixFileMode(file) & Permissions) | FileMode;
        var entry = Entry(TarEntryType.RegularFile, name, name == GameFolder.Executable(build) ? mode | Execute : mode);
        var content = File.OpenRead(file);
        await using (content.ConfigureAwait(false))
        {
            entry.DataStream = content;
            await WriteAsync(tar, entry, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task WriteAsync(TarWriter tar, PaxTarEntry entry, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(entry, cancellationToken);

    private static PaxTarEntry Entry(TarEntryType type, string path, UnixFileMode mode) => new(type, path.TrimStart('/'))
    {
        Mode = mode,
        Uid = GameFolder.User,
        Gid = GameFolder.User,
        ModificationTime = DateTimeOffset.UnixEpoch,
    };
}
