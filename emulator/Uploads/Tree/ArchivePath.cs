using System.Text;

namespace PlayFlow.Emulator.Uploads.Tree;

/// <summary>Names inside an archive, made safe to join to a directory.</summary>
internal static class ArchivePath
{
    /// <summary>The longest path, in UTF-8 bytes: leaves room for the directory it is unpacked to.</summary>
    public const int LongestPath = 1024;

    /// <summary>The longest part of a path, in UTF-8 bytes: what file systems hold.</summary>
    public const int LongestSegment = 255;

    /// <summary>
    /// The path in its one plain form: parts joined by <c>/</c>, none of them empty, <c>.</c> or <c>..</c>. Backslashes separate
    /// too, as archives made by old Windows tools have them.
    /// </summary>
    /// <param name="name">The name as an archive has it.</param>
    /// <param name="path">The path; empty when it names the root.</param>
    /// <returns>Null, or what is wrong, to be read after the name: <c>is an absolute path</c>.</returns>
    public static string? Normalize(string name, out string path)
    {
        path = "";
        foreach (var character in name)
        {
            if (char.IsControl(character))
                return "has a control character in its name";
        }

        var plain = name.Replace('\\', '/');
        if (plain.StartsWith('/'))
            return "is an absolute path";
        if (plain.Length > 1 && plain[1] == ':' && char.IsAsciiLetter(plain[0]))
            return "begins with a drive letter";

        var parts = plain.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Array.IndexOf(parts, "..") >= 0)
            return "climbs up with \"..\"";

        foreach (var part in parts)
        {
            if (Encoding.UTF8.GetByteCount(part) > LongestSegment)
                return $"has a part longer than {LongestSegment} bytes";
        }

        path = Array.IndexOf(parts, ".") < 0 && plain.Length == parts.Sum(part => part.Length + 1) - 1
            ? plain
            : string.Join('/', parts.Where(part => part != "."));
        return Encoding.UTF8.GetByteCount(path) > LongestPath ? $"is longer than {LongestPath} bytes" : null;
    }

    /// <summary>The folder a path lies in; empty for the root.</summary>
    public static string Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    /// <summary>The last part of a path.</summary>
    public static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
