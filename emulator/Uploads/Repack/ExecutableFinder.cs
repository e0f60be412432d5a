using PlayFlow.Emulator.Uploads.Tree;
using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>Finds the file a build is run by.</summary>
internal static class ExecutableFinder
{
    private const int MostSuggestions = 10;

    // Looking into a file costs a little; a hostile archive has many.
    private const int MostLooks = 2_000;

    /// <summary>The file at a path, through links; null when there is none.</summary>
    public static TreeNode.FileNode? Find(BuildTree tree, string path) =>
        LinkRules.Follow(path, tree.Find, out var end) == LinkResult.Inside ? tree.Find(end) as TreeNode.FileNode : null;

    /// <summary>The sentence for a build without its executable: what was looked for, and what could have been meant.</summary>
    public static string Missing(string wanted, BuildTree tree, ZipFileReader archive)
    {
        var sought = $"The executable {LogText.Quote(wanted)} is not in the archive";
        var meant = Suggestions(wanted, tree, archive);
        return meant.Count == 0
            ? sought + ", and nothing in it looks like a program. Check that the server build was packed, and set executable_path."
            : sought + ". Set executable_path to the file to run; these look like programs: " +
                $"{string.Join(", ", meant.Select(LogText.Quote))}.";
    }

    private static List<string> Suggestions(string wanted, BuildTree tree, ZipFileReader archive)
    {
        var name = ArchivePath.FileName(wanted);
        var looks = 0;
        return tree.Nodes.OfType<TreeNode.FileNode>()
            .Where(file => SameName(file, name) || HasProgramName(file.Path) || (++looks <= MostLooks && LooksRunnable(file, archive)))
            .OrderByDescending(file => SameName(file, name))
            .ThenByDescending(file => HasProgramName(file.Path))
            .ThenBy(file => file.Path.Count(character => character == '/'))
            .ThenBy(file => file.Path, StringComparer.Ordinal)
            .Take(MostSuggestions)
            .Select(file => file.Path)
            .ToList();
    }

    private static bool SameName(TreeNode.FileNode file, string name) =>
        ArchivePath.FileName(file.Path).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool HasProgramName(string path) =>
        path.EndsWith(".x86_64", StringComparison.OrdinalIgnoreCase) ||
        path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ||
        path.EndsWith(".sh", StringComparison.OrdinalIgnoreCase);

    private static bool LooksRunnable(TreeNode.FileNode file, ZipFileReader archive)
    {
        var name = ArchivePath.FileName(file.Path);
        if (name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal))
            return false;

        try
        {
            using var content = archive.OpenContent(file.Entry);
            return FileKinds.Of(content.Head).IsRunnable();
        }
        catch (BadArchiveException)
        {
            return false; // A damaged file is no suggestion; that the executable is missing stays the thing to say.
        }
    }
}
