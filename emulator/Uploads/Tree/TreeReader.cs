using System.Text;
using System.Text.Unicode;
using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Uploads.Tree;

/// <summary>Makes a tree of an archive's entries, or refuses the archive. Reads no content but the targets of links.</summary>
internal sealed class TreeReader(ZipFileReader archive, UploadLimits limits)
{
    // What the Finder of macOS puts beside the files it packs: no part of the build, and it would hide a single top folder.
    private const string FinderFolder = "__MACOSX";

    private readonly BuildTree _tree = new(limits.MaxEntries);
    private int _links;

    /// <summary>Entries left out because a packer put them there for itself.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Reads the tree. Where its links lead is checked by <see cref="CheckLinks"/>, once its root is known.</summary>
    /// <exception cref="BadArchiveException">An entry could not be unpacked safely.</exception>
    public BuildTree Read()
    {
        foreach (var entry in archive.Entries)
        {
            if (ArchivePath.Normalize(entry.Name, out var path) is { } fault)
                throw new BadArchiveException($"The entry {LogText.Quote(entry.Name)} {fault}; it cannot be unpacked safely.");

            if (path is FinderFolder || path.StartsWith(FinderFolder + "/", StringComparison.Ordinal))
                LeftOut++;
            else if (Node(entry, path) is { } node)
                _tree.Add(node);
        }

        return _tree;
    }

    /// <summary>Refuses links that lead out of a tree.</summary>
    public static void CheckLinks(BuildTree tree)
    {
        foreach (var link in tree.Nodes.OfType<TreeNode.Link>())
        {
            if (LinkRules.Fault(link, tree.Find) is { } fault)
                throw new BadArchiveException($"The symbolic link {LogText.Quote(link.Path)} {fault}.");
        }
    }

    private TreeNode? Node(ZipEntry entry, string path)
    {
        var isFolderName = entry.Name.EndsWith('/') || entry.Name.EndsWith('\\');
        switch (entry.Mode & UnixModes.TypeMask)
        {
            case UnixModes.Directory:
            case 0 or UnixModes.Regular when isFolderName:
                return path.Length == 0 ? null : new TreeNode.Folder(path, Listed: true);
            case 0 or UnixModes.Regular when path.Length > 0:
                ZipFileReader.RefuseUnreadable(entry);
                return new TreeNode.FileNode(path, entry);
            case UnixModes.SymbolicLink when path.Length > 0:
                return Link(entry, path);
            case 0 or UnixModes.Regular or UnixModes.SymbolicLink:
                throw new BadArchiveException("The archive has an entry without a name.");
            default:
                throw new BadArchiveException(
                    $"The entry {LogText.Quote(entry.Name)} is a device, pipe or socket; " +
                    "only files, folders and links can be unpacked.");
        }
    }

    private TreeNode.Link Link(ZipEntry entry, string path)
    {
        if (++_links > limits.MaxLinks)
        {
            throw new BadArchiveException(
                $"The archive has more than {LogText.Count(limits.MaxLinks, "link", "links")}, the most a build may have.");
        }

        if (entry.Size > ArchivePath.LongestPath)
            throw new BadArchiveException($"The symbolic link {LogText.Quote(path)} has a target that is too long.");

        using var content = archive.OpenContent(entry);
        Span<byte> target = stackalloc byte[(int)entry.Size];
        content.ReadExactly(target);
        return Utf8.IsValid(target)
            ? new TreeNode.Link(path, Encoding.UTF8.GetString(target))
            : throw new BadArchiveException($"The symbolic link {LogText.Quote(path)} has a target that is not valid UTF-8.");
    }
}
