using System.Formats.Tar;
using System.Text;
using PlayFlow.Emulator.Uploads.Tree;
using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>
/// Copies a checked archive into a tar stream: folders and files in the archive's order, links last. The same archive gives the
/// same bytes: times are left out.
/// </summary>
internal sealed class Repacker(ZipFileReader archive, BuildPlan plan, Action<string> log)
{
    private const int LongestPlainName = 100;
    private const long LargestPlainFile = (8L << 30) - 1;

    // Packers that know modes set at least one execute bit in a server build; where there is none at all, modes say nothing.
    private readonly bool _modesAreKnown = plan.Tree.Nodes.OfType<TreeNode.FileNode>()
        .Any(file => ((UnixFileMode)(file.Entry.Mode & 0x1FF) & UnixModes.Execute) != 0);

    /// <summary>How many files were made executable because of what they are.</summary>
    public int MadeExecutable { get; private set; }

    /// <summary>Writes the whole tar.</summary>
    /// <exception cref="BadArchiveException">A file is damaged, or the archive unpacks to too much.</exception>
    public void WriteTo(Stream output, CancellationToken cancellationToken)
    {
        var lines = new ProgressLines(plan.Tree.Nodes.OfType<TreeNode.FileNode>().Sum(file => file.Entry.Size), log);
        using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var node in plan.Tree.Nodes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node is TreeNode.FileNode file)
                Write(tar, file, lines, cancellationToken);
            else if (node is TreeNode.Folder { Listed: true })
                tar.WriteEntry(Entry(TarEntryType.Directory, node.Path, node.Path, 0, UnixModes.Folder));
        }

        foreach (var link in plan.Tree.Nodes.OfType<TreeNode.Link>())
        {
            var entry = Entry(TarEntryType.SymbolicLink, link.Path, link.Target, 0, UnixModes.Folder);
            entry.LinkName = link.Target;
            tar.WriteEntry(entry);
        }
    }

    private void Write(TarWriter tar, TreeNode.FileNode file, ProgressLines lines, CancellationToken cancellationToken)
    {
        using var content = archive.OpenContent(file.Entry, count =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            lines.Add(count);
        });
        var entry = Entry(TarEntryType.RegularFile, file.Path, file.Path, content.Length, Mode(file, FileKinds.Of(content.Head)));
        entry.DataStream = content.Length == 0 ? null : content;
        tar.WriteEntry(entry);
    }

    private UnixFileMode Mode(TreeNode.FileNode file, FileKind kind)
    {
        var mode = file.Entry.Mode == 0 ? UnixModes.PlainFile : UnixModes.Permissions(file.Entry.Mode);
        if (ReferenceEquals(file, plan.Executable))
        {
            Warn(kind);
            return mode | UnixModes.Execute;
        }

        if (!kind.IsRunnable() || (_modesAreKnown && file.Entry.Mode != 0) || (mode & UnixModes.Execute) != 0)
            return mode;

        MadeExecutable++;
        return mode | UnixModes.Execute;
    }

    private void Warn(FileKind kind)
    {
        var name = LogText.Quote(plan.Executable.Path);
        if (kind is FileKind.Windows)
            log($"Warning: {name} is a Windows program; servers are run on Linux. Build the server for Linux x86-64.");
        else if (kind is FileKind.MacOs)
            log($"Warning: {name} is a macOS program; servers are run on Linux. Build the server for Linux x86-64.");
        else if (!kind.IsRunnable())
            log($"Warning: {name} is neither a Linux program nor a script beginning with \"#!\"; it may not start.");
    }

    // The old form for all it can hold: the newer one costs two more blocks an entry.
    private static PosixTarEntry Entry(TarEntryType type, string path, string longest, long size, UnixFileMode mode)
    {
        var isPlain = path.Length <= LongestPlainName && longest.Length <= LongestPlainName && size <= LargestPlainFile &&
            Ascii.IsValid(path) && Ascii.IsValid(longest);
        PosixTarEntry entry = isPlain ? new UstarTarEntry(type, path) : new PaxTarEntry(type, path);
        entry.Mode = mode;
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        return entry;
    }
}
