namespace PlayFlow.Emulator.Uploads.Tree;

/// <summary>
/// The files of a build by path. Holds one thing at each path and only folders above it, so no file can be reached through a link.
/// </summary>
internal sealed class BuildTree(int maxEntries)
{
    private readonly Dictionary<string, TreeNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<TreeNode> _ordered = [];

    /// <summary>Everything, in the order it was added; a folder stands before what it holds.</summary>
    public IReadOnlyList<TreeNode> Nodes => _ordered;

    /// <summary>What lies at a path, or null.</summary>
    public TreeNode? Find(string path) => _nodes.GetValueOrDefault(path);

    /// <summary>Adds something and the folders above it.</summary>
    /// <exception cref="BadArchiveException">The path is taken, lies below something that is no folder, or is one too many.</exception>
    public void Add(TreeNode node)
    {
        if (_nodes.TryGetValue(node.Path, out var taken))
        {
            Merge(taken, node);
            return;
        }

        AddFoldersAbove(node.Path);
        Insert(node);
    }

    /// <summary>The one folder everything lies in, or null.</summary>
    public string? SingleTopFolder()
    {
        string? top = null;
        foreach (var node in _ordered)
        {
            var slash = node.Path.IndexOf('/', StringComparison.Ordinal);
            var first = slash < 0 ? node.Path : node.Path[..slash];
            if ((slash < 0 && node is not TreeNode.Folder) || (top is not null && first != top))
                return null;
            top = first;
        }

        return top;
    }

    /// <summary>The same files with one folder less above them. Links keep their targets.</summary>
    public BuildTree Without(string topFolder)
    {
        var stripped = new BuildTree(maxEntries);
        foreach (var node in _ordered)
        {
            if (node.Path.Length > topFolder.Length)
                stripped.Add(node with { Path = node.Path[(topFolder.Length + 1)..] });
        }

        return stripped;
    }

    private void AddFoldersAbove(string path)
    {
        var parent = ArchivePath.Parent(path);
        if (parent.Length == 0)
            return;

        switch (_nodes.GetValueOrDefault(parent))
        {
            case TreeNode.Folder:
                break;
            case null:
                AddFoldersAbove(parent);
                Insert(new TreeNode.Folder(parent, Listed: false));
                break;
            case TreeNode.Link:
                throw new BadArchiveException(
                    $"The entry {LogText.Quote(path)} lies behind the symbolic link {LogText.Quote(parent)}.");
            default:
                throw new BadArchiveException(
                    $"The archive has {LogText.Quote(parent)} as a file and as a folder with {LogText.Quote(path)} in it.");
        }
    }

    private static void Merge(TreeNode taken, TreeNode added)
    {
        if (taken is TreeNode.Folder && added is TreeNode.Folder)
            return;
        throw new BadArchiveException(taken is TreeNode.Folder || added is TreeNode.Folder
            ? $"The archive has {LogText.Quote(added.Path)} as a folder and as something else."
            : $"The archive has {LogText.Quote(added.Path)} more than once.");
    }

    private void Insert(TreeNode node)
    {
        if (_ordered.Count == maxEntries)
        {
            throw new BadArchiveException(
                $"The archive has more than {LogText.Count(maxEntries, "file or folder", "files and folders")}, " +
                "the most a build may have.");
        }

        _nodes.Add(node.Path, node);
        _ordered.Add(node);
    }
}
