namespace PlayFlow.Core.Servers;

/// <summary>A server's identity: stable across restarts, opaque to callers, compared exactly.</summary>
/// <param name="Value">The text on the wire; a lower-case UUID when this library made it.</param>
public readonly record struct InstanceId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
