namespace PlayFlow.Core.Servers;

/// <summary>One launch of one server. A restart, explicit or automatic, is another launch.</summary>
/// <param name="Instance">The server.</param>
/// <param name="Launch">Counts the server's launches from 1.</param>
public readonly record struct ComputeId(InstanceId Instance, int Launch)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Instance.Value}.{Launch}");
}
