using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Compute;

/// <summary>A launch could not be carried out. The message becomes a line of the server's log and holds no secret.</summary>
public sealed class ComputeException : Exception
{
    /// <summary>A failure with the service's word for it.</summary>
    public ComputeException(StopReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>The reason word the server ends with.</summary>
    public StopReason Reason { get; }
}
