using System.Globalization;
using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Artefacts;

/// <summary>
/// What an unpacked build consisted of right after it was unpacked: each file with its size and time of last change. A file
/// that a game shares and has written to differs from it.
/// </summary>
internal sealed class BuildManifest
{
    private BuildManifest(IReadOnlyList<BuildFile> files) => Files = files;

    /// <summary>The files and links, each after the folder it is in.</summary>
    public IReadOnlyList<BuildFile> Files { get; }

    /// <summary>Looks at a folder.</summary>
    /// <exception cref="IOException">It holds a link that leads out of it.</exception>
    public static BuildManifest Scan(string root)
    {
        var files = new List<BuildFile>();
        Scan(new DirectoryInfo(root), string.Empty, files);
        return new BuildManifest(files);
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null when it is missing or not whole.</summary>
    public static BuildManifest? TryRead(string path)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            var files = lines.Select(BuildFile.TryParse).OfType<BuildFile>().ToArray();
            return lines.Length > 0 && files.Length == lines.Length ? new BuildManifest(files) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string path) => PrivateFiles.Create(path, string.Join('\n', Files.Select(file => file.ToString())));

    /// <summary>True when every file of a folder is still as it was.</summary>
    public bool Matches(string root) => Files.All(file => file.IsUnchanged(root));

    private static void Scan(DirectoryInfo folder, string prefix, List<BuildFile> files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var path = prefix.Length == 0 ? entry.Name : prefix + "/" + entry.Name;
            if (entry.LinkTarget is { } target)
            {
                files.Add(BuildFile.Link(path, CheckLink(path, target)));
            }
            else if (entry is DirectoryInfo directory)
            {
                files.Add(BuildFile.Folder(path));
                Scan(directory, path, files);
            }
            else
            {
                files.Add(BuildFile.Regular(path, (FileInfo)entry));
            }
        }
    }

    // Steps up come first, and no more of them than there are folders: what follows only leads further in, through links
    // that hold to the same rule.
    private static string CheckLink(string path, string target)
    {
        var depth = path.Count(c => c == '/');
        var steps = target.Split('/', '\\');
        var up = steps.TakeWhile(step => step is ".." or ".").Count(step => step == "..");
        var isInside = !Path.IsPathRooted(target) && up <= depth
            && !steps.SkipWhile(step => step is ".." or ".").Contains("..");
        return isInside ? target : throw new IOException($"the link '{path}' leads out of the build");
    }
}

/// <summary>A file, folder or link of a build.</summary>
/// <param name="Kind">f, d or l.</param>
/// <param name="Path">Where it is, with forward slashes.</param>
/// <param name="Size">The size of a file.</param>
/// <param name="Changed">When a file was last changed, in ticks of universal time.</param>
/// <param name="Target">What a link points at.</param>
internal sealed record BuildFile(char Kind, string Path, long Size, long Changed, string Target)
{
    public static BuildFile Folder(string path) => new('d', path, 0, 0, string.Empty);

    public static BuildFile Link(string path, string target) => new('l', path, 0, 0, target);

    public static BuildFile Regular(string path, FileInfo file) => new('f', path, file.Length, file.LastWriteTimeUtc.Ticks, string.Empty);

    public static BuildFile? TryParse(string line)
    {
        var fields = line.Split('\t');
        return fields.Length == 5 && fields[0].Length == 1
            && long.TryParse(fields[1], CultureInfo.InvariantCulture, out var size)
            && long.TryParse(fields[2], CultureInfo.InvariantCulture, out var changed)
            ? new BuildFile(fields[0][0], Uri.UnescapeDataString(fields[3]), size, changed, Uri.UnescapeDataString(fields[4]))
            : null;
    }

    public bool IsUnchanged(string root)
    {
        var path = System.IO.Path.Combine(root, Path);
        if (Kind != 'f')
        {
            return Kind == 'l' || Directory.Exists(path);
        }

        var file = new FileInfo(path);
        return file.Exists && file.Length == Size && file.LastWriteTimeUtc.Ticks == Changed;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        '\t', Kind, Size.ToString(CultureInfo.InvariantCulture), Changed.ToString(CultureInfo.InvariantCulture),
        Uri.EscapeDataString(Path), Uri.EscapeDataString(Target));
}
