using PlayFlow.Emulator.Uploads.Tree;
using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>What is to be made of an archive: a tree that passed every check, and the file it is run by.</summary>
/// <param name="Tree">The files, below the root the build will have.</param>
/// <param name="Executable">The file to run.</param>
internal sealed record BuildPlan(BuildTree Tree, TreeNode.FileNode Executable)
{
    /// <summary>Checks an archive and finds its executable.</summary>
    /// <exception cref="BadArchiveException">It cannot be made into a build.</exception>
    public static BuildPlan Make(ZipFileReader archive, string executablePath, UploadLimits limits, Action<string> log)
    {
        if (ArchivePath.Normalize(executablePath, out var wanted) is { } fault)
        {
            throw new BadArchiveException(
                $"The executable path {LogText.Quote(executablePath)} {fault}; set it to a path inside the archive.");
        }

        var reader = new TreeReader(archive, limits);
        var tree = reader.Read();
        if (reader.LeftOut > 0)
            log($"Left out {LogText.Count(reader.LeftOut, "entry", "entries")} of \"__MACOSX\".");
        if (tree.Nodes.Count == 0)
            throw new BadArchiveException("The archive has no files in it.");

        var executable = ExecutableFinder.Find(tree, wanted);
        if (executable is null && tree.SingleTopFolder() is { } top)
        {
            var inner = tree.Without(top);
            executable = ExecutableFinder.Find(inner, wanted);
            if (executable is not null)
            {
                tree = inner;
                log($"Everything lies in the folder {LogText.Quote(top)}; its content becomes the root of the build.");
            }
        }

        if (executable is null)
            throw new BadArchiveException(ExecutableFinder.Missing(wanted, tree, archive));

        TreeReader.CheckLinks(tree);
        WarnOfCase(tree, log);
        return new BuildPlan(tree, executable);
    }

    // Two names that differ only in case are two files to a Linux server, and one to whoever unpacks the build elsewhere.
    private static void WarnOfCase(BuildTree tree, Action<string> log)
    {
        var seen = new Dictionary<string, string>(tree.Nodes.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var node in tree.Nodes)
        {
            if (seen.TryAdd(node.Path, node.Path))
                continue;
            log($"Warning: {LogText.Quote(seen[node.Path])} and {LogText.Quote(node.Path)} differ only in case; " +
                "they cannot both be unpacked on Windows or macOS.");
            return;
        }
    }
}
