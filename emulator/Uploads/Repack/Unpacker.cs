using System.Formats.Tar;
using PlayFlow.Emulator.Uploads.Tree;
using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>
/// Writes a tar's entries below an empty directory. Trusts no path though the tar is our own: each is checked again, no file
/// replaces another, and links are made last, so nothing can be written through one.
/// </summary>
internal sealed class Unpacker(string directory, UploadLimits limits)
{
    private const long WorthReserving = 1 << 20;

    private readonly HashSet<string> _folders = new(StringComparer.Ordinal) { "" };
    private readonly Dictionary<string, TreeNode> _links = new(StringComparer.Ordinal);
    private long _bytes;
    private int _entries;

    /// <summary>Unpacks everything.</summary>
    /// <exception cref="BadArchiveException">The tar is damaged or holds what the pipeline never writes.</exception>
    public void Unpack(Stream tar, CancellationToken cancellationToken)
    {
        using var reader = new TarReader(tar, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++_entries > limits.MaxEntries)
                throw new BadArchiveException("The artefact has too many entries.");
            Unpack(entry, SafePath(entry), cancellationToken);
        }

        // Behind the last entry only padding is left; reading it checks the checksum of the whole.
        tar.CopyTo(Stream.Null);
        foreach (var link in _links.Values.Cast<TreeNode.Link>())
            Make(link);
    }

    private void Unpack(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                MakeFolder(path);
                break;
            case TarEntryType.RegularFile:
                MakeFolder(ArchivePath.Parent(path));
                WriteFile(entry, Below(path), cancellationToken);
                break;
            case TarEntryType.SymbolicLink:
                _links.Add(path, new TreeNode.Link(path, entry.LinkName));
                break;
            default:
                throw new BadArchiveException($"The artefact has an entry of an unknown kind: {LogText.Quote(path)}.");
        }
    }

    private void WriteFile(TarEntry entry, string target, CancellationToken cancellationToken)
    {
        _bytes += entry.Length;
        if (_bytes > limits.MaxUnpackedBytes)
            throw new BadArchiveException("The artefact unpacks to too much.");

        using var file = new FileStream(target, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            PreallocationSize = entry.Length < WorthReserving ? 0 : entry.Length,
        });
        if (entry.DataStream is { } content)
            ByteCopy.Copy(content, file, cancellationToken);

        // Set after creation: the mode given to a new file is narrowed by the process's mask.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file.SafeFileHandle, UnixModes.Permissions((int)entry.Mode));
    }

    private void MakeFolder(string path)
    {
        if (!_folders.Add(path))
            return;

        MakeFolder(ArchivePath.Parent(path));
        var target = Below(path);
        if (File.Exists(target))
            throw new BadArchiveException($"The artefact has {LogText.Quote(path)} as a file and as a folder.");
        Directory.CreateDirectory(target);
    }

    private void Make(TreeNode.Link link)
    {
        if (LinkRules.Fault(link, path => _links.GetValueOrDefault(path)) is { } fault)
            throw new BadArchiveException($"The symbolic link {LogText.Quote(link.Path)} {fault}.");

        MakeFolder(ArchivePath.Parent(link.Path));
        File.CreateSymbolicLink(Below(link.Path), link.Target.Replace('/', Path.DirectorySeparatorChar));
    }

    private static string SafePath(TarEntry entry) =>
        ArchivePath.Normalize(entry.Name, out var path) is null && path.Length > 0 && IsNameHere(path)
            ? path
            : throw new BadArchiveException($"The artefact has an entry that cannot be unpacked here: {LogText.Quote(entry.Name)}.");

    // On Windows a colon opens another stream of a file, and a trailing dot or space is dropped from its name.
    private static bool IsNameHere(string path) =>
        !OperatingSystem.IsWindows() ||
        path.Split('/').All(part => part.IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && part[^1] is not ('.' or ' '));

    private string Below(string path) => Path.Combine(directory, path.Replace('/', Path.DirectorySeparatorChar));
}
