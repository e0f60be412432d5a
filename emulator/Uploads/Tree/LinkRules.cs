namespace PlayFlow.Emulator.Uploads.Tree;

/// <summary>
/// Where symbolic links lead. Followed part by part through the whole tree, as a kernel would, so a chain of harmless-looking
/// links cannot climb out. A link to nothing is allowed as long as it stays inside.
/// </summary>
internal static class LinkRules
{
    private const int MostHops = 40;

    // A kernel walks as far as it must; here a hostile tree would buy hours with it.
    private const int MostSteps = 1024;

    /// <summary>Refuses a link that cannot be kept.</summary>
    /// <returns>Null, or what is wrong, to be read after the link's name.</returns>
    public static string? Fault(TreeNode.Link link, Func<string, TreeNode?> find)
    {
        var target = link.Target;
        if (target.Length is 0 or > ArchivePath.LongestPath)
            return "has no usable target";
        if (target.Contains('\\', StringComparison.Ordinal) || target.Any(char.IsControl))
            return "has a backslash or a control character in its target";

        return Follow(link.Path, find, out _) switch
        {
            LinkResult.Inside => null,
            LinkResult.TooFar => "leads through too many links and folders, or back to itself",
            _ => $"points out of the archive, to {LogText.Quote(target)}",
        };
    }

    /// <summary>Follows a path through all its links.</summary>
    /// <param name="path">The path, in plain form.</param>
    /// <param name="find">What lies at a path.</param>
    /// <param name="end">Where it ends; something may or may not lie there.</param>
    public static LinkResult Follow(string path, Func<string, TreeNode?> find, out string end)
    {
        end = "";
        var hops = 0;
        var walked = "";
        var ahead = new Stack<string>();
        Push(ahead, path);
        for (var step = 0; ahead.TryPop(out var part); step++)
        {
            if (step > MostSteps || walked.Length > ArchivePath.LongestPath)
                return LinkResult.TooFar;
            if (part is ".")
                continue;
            if (part is "..")
            {
                if (walked.Length == 0)
                    return LinkResult.Outside;
                walked = ArchivePath.Parent(walked);
                continue;
            }

            var next = walked.Length == 0 ? part : $"{walked}/{part}";
            if (find(next) is not TreeNode.Link link)
            {
                walked = next;
                continue;
            }

            if (++hops > MostHops)
                return LinkResult.TooFar;
            if (IsAbsolute(link.Target))
                return LinkResult.Outside;
            Push(ahead, link.Target);
        }

        end = walked;
        return LinkResult.Inside;
    }

    private static bool IsAbsolute(string target) =>
        target.StartsWith('/') || (target.Length > 1 && target[1] == ':' && char.IsAsciiLetter(target[0]));

    private static void Push(Stack<string> ahead, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var index = parts.Length - 1; index >= 0; index--)
            ahead.Push(parts[index]);
    }
}

/// <summary>Where following links ends.</summary>
internal enum LinkResult
{
    /// <summary>Below the root.</summary>
    Inside,

    /// <summary>Above it, or at an absolute path.</summary>
    Outside,

    /// <summary>Nowhere: more links or folders than are followed.</summary>
    TooFar,
}
