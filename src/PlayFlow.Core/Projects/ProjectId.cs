namespace PlayFlow.Core.Projects;

/// <summary>A project's identity: what its keys select and what its servers and builds are isolated by.</summary>
/// <param name="Value">The text on the wire.</param>
public readonly record struct ProjectId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
