namespace PlayFlow.Core.Process.Launching;

/// <summary>
/// Keeps sockets from being closed while a process is being started. A child has a copy of every descriptor for the moment
/// between its making and the start of its program; a port whose socket is closed in that moment stays taken until it is over,
/// and a program that is still open for writing in it cannot be run.
/// </summary>
internal static class DescriptorGate
{
    /// <summary>Held while a process is started, while the socket of a relay is closed, and while a port is tried.</summary>
    public static Lock Lock { get; } = new();
}
