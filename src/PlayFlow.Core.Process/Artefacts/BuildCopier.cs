using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Artefacts;

/// <summary>
/// Gives a server its own folder with the files of a build. Large files share their space with the unpacked build: as a
/// clone where the file system knows such a thing, as a second name of a read-only file elsewhere. All others are copied.
/// </summary>
internal sealed class BuildCopier(IProcessPlatform platform)
{
    private const int ShareFrom = 1024 * 1024;

    private const UnixFileMode AnyWrite = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const UnixFileMode OwnersOwn = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What games keep changing, whatever its size: never shared.
    private static readonly string[] WrittenTo =
        [".db", ".db3", ".sqlite", ".sqlite3", ".sav", ".save", ".log", ".json", ".ini", ".cfg", ".txt", ".xml", ".yml", ".yaml"];

    /// <summary>Fills an empty folder.</summary>
    public void Copy(string source, string target, BuildManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var file in manifest.Files)
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
                    CopyFile(Path.Combine(source, file.Path), to, file);
                    break;
            }
        }
    }

    /// <summary>Takes the write bits off the files that will be shared under a second name.</summary>
    public static void Protect(string root, BuildManifest manifest)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in manifest.Files.Where(MayBeShared).Select(file => Path.Combine(root, file.Path)))
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~AnyWrite);
        }
    }

    private void CopyFile(string source, string target, BuildFile file)
    {
        var sharing = file.Size < ShareFrom ? FileSharing.None : platform.Share(source, target, MayBeShared(file));
        if (sharing == FileSharing.Linked)
        {
            return;
        }

        if (sharing == FileSharing.None)
        {
            File.Copy(source, target);
        }

        // The server's own: a clone comes without its source's bits, a copy with them, and either may be written to.
        if (!OperatingSystem.IsWindows()
            && File.GetUnixFileMode(source) is var mode
            && (sharing == FileSharing.Cloned || (mode & OwnersOwn) != OwnersOwn))
        {
            File.SetUnixFileMode(target, mode | OwnersOwn);
        }
    }

    private static bool MayBeShared(BuildFile file) =>
        file.Kind == 'f' && file.Size >= ShareFrom
        && !WrittenTo.Contains(Path.GetExtension(file.Path), StringComparer.OrdinalIgnoreCase);
}
