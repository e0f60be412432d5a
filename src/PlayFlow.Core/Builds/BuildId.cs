namespace PlayFlow.Core.Builds;

/// <summary>A build's identity: opaque to callers, compared exactly.</summary>
/// <param name="Value">The text on the wire; a lower-case UUID when this library made it.</param>
public readonly record struct BuildId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
