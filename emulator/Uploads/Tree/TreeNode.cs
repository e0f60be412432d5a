using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Uploads.Tree;

/// <summary>A file, link or folder of a build, at its path below the build's root.</summary>
internal abstract record TreeNode(string Path)
{
    /// <summary>A folder, whether the archive lists it or only has something in it.</summary>
    public sealed record Folder(string Path, bool Listed) : TreeNode(Path);

    /// <summary>A file.</summary>
    public sealed record FileNode(string Path, ZipEntry Entry) : TreeNode(Path);

    /// <summary>A symbolic link.</summary>
    public sealed record Link(string Path, string Target) : TreeNode(Path);
}
