namespace PlayFlow.Core.Projects;

/// <summary>A project's key pair. Secrets: printing one shows nothing of them.</summary>
/// <param name="ServerKey">The key with the prefix <see cref="ServerPrefix"/>.</param>
/// <param name="ClientKey">The key with the prefix <see cref="ClientPrefix"/>.</param>
public sealed record ProjectKeys(string ServerKey, string ClientKey)
{
    /// <summary>How every server key begins.</summary>
    public const string ServerPrefix = "pf_";

    /// <summary>How every client key begins.</summary>
    public const string ClientPrefix = "pfclient_";

    /// <summary>The kind a key's prefix announces, or null for any other text.</summary>
    public static KeyKind? KindOf(string key) =>
        IsKey(key, ServerPrefix) ? KeyKind.Server
        : IsKey(key, ClientPrefix) ? KeyKind.Client
        : null;

    /// <summary>The pair with one kind of key taken from another pair, or both kinds when none is named.</summary>
    public ProjectKeys With(ProjectKeys fresh, KeyKind? only) => new(
        only is KeyKind.Client ? ServerKey : fresh.ServerKey,
        only is KeyKind.Server ? ClientKey : fresh.ClientKey);

    /// <inheritdoc/>
    public override string ToString() => "ProjectKeys { hidden }";

    private static bool IsKey(string key, string prefix)
    {
        if (key.Length <= prefix.Length || !key.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var letter in key)
        {
            if (letter is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
