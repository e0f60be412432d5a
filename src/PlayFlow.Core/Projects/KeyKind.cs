namespace PlayFlow.Core.Projects;

/// <summary>The two keys every project has.</summary>
public enum KeyKind
{
    /// <summary>Prefix <c>pf_</c>: full access, for backends and tools.</summary>
    Server,

    /// <summary>Prefix <c>pfclient_</c>: the subset that is safe in a game client.</summary>
    Client,
}
