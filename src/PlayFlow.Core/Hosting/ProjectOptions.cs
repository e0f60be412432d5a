using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Hosting;

/// <summary>A project that is there from the start. Its settings are kept with the fleet and changed through it.</summary>
public sealed class ProjectOptions
{
    /// <summary>The project's id, which its servers and builds are kept under. The default is <c>default</c>.</summary>
    public string Id { get; set; } = "default";

    /// <summary>What people call it; its id when null, the default.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Its server key: <see cref="ProjectKeys.ServerPrefix"/>, then letters, digits, <c>_</c> and <c>-</c>. The default is
    /// <c>pf_local</c>: give your own where strangers can reach what checks keys.
    /// </summary>
    public string ServerKey { get; set; } = "pf_local";

    /// <summary>
    /// Its client key: <see cref="ProjectKeys.ClientPrefix"/>, then letters, digits, <c>_</c> and <c>-</c>. The default is
    /// <c>pfclient_local</c>.
    /// </summary>
    public string ClientKey { get; set; } = "pfclient_local";

    /// <summary>What it may do. The default is <see cref="Plan.Pro"/>.</summary>
    public Plan Plan { get; set; } = Plan.Pro;
}
