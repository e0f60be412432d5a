namespace PlayFlow.Core.Process.Relay;

/// <summary>What passed through the relays of a launch, in bytes of payload. Safe to use from any thread.</summary>
internal sealed class RelayTraffic
{
    private long _received;
    private long _sent;

    /// <summary>What players sent to the game.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>What the game sent to players.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Counts what a player sent.</summary>
    public void AddReceived(int bytes) => Interlocked.Add(ref _received, bytes);

    /// <summary>Counts what the game sent.</summary>
    public void AddSent(int bytes) => Interlocked.Add(ref _sent, bytes);
}
