using System.Net;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Readiness;

/// <summary>How a port came to be served.</summary>
internal enum PortState
{
    /// <summary>The game has not opened it, nor the one it is configured for.</summary>
    Closed,

    /// <summary>The game bound the port it was given: the external one, or the one behind TLS.</summary>
    Direct,

    /// <summary>The game bound the port it is configured for; it needs a relay.</summary>
    NeedsRelay,

    /// <summary>The game bound the external port, which is to be served with TLS.</summary>
    Bypassed,

    /// <summary>The game shares the port it is configured for with another process, so nobody can tell whose packets are whose.</summary>
    Shared,
}

/// <summary>Watches one port of a launch until it is served. Used by one thread at a time.</summary>
internal sealed class PortWatch(RecordedPort port, ISocketTable sockets, TimeProvider time)
{
    // A look at everything that holds the number costs ten times the quick one. It is needed when somebody else holds the number,
    // and now and then because the quick one does not see a socket on one address of many.
    private static readonly TimeSpan HeldInterval = TimeSpan.FromMilliseconds(12);
    private static readonly TimeSpan UnheldInterval = TimeSpan.FromMilliseconds(50);

    private long _lookedAt = time.GetTimestamp();
    private bool _wasHeld;

    /// <summary>The port.</summary>
    public RecordedPort Port { get; } = port;

    /// <summary>What was found last.</summary>
    public PortState State { get; private set; }

    /// <summary>Where a relay has to lead, when one is needed.</summary>
    public IPAddress Target { get; private set; } = IPAddress.Loopback;

    /// <summary>Looks again, if there is anything to find out.</summary>
    public void Look(GameProcess process)
    {
        if (State != PortState.Closed)
        {
            return;
        }

        var seen = sockets.FindOnLoopback(Port.GivenPort, Port.Protocol);
        if (!IsDue(seen.Count > 0 || IsHeld(Port.InternalPort) || IsHeld(Port.ExternalPort)))
        {
            return;
        }

        if (Port.PlainPort is not null && FindOwn(AllOf(Port.ExternalPort), process) is not null)
        {
            State = PortState.Bypassed;
        }
        else if ((FindOwn(seen, process) ?? FindOwn(AllOf(Port.GivenPort).Except(seen), process)) is { } given)
        {
            State = PortState.Direct;
            Target = given.LoopbackAddress;
        }
        else if (Port.InternalPort != Port.GivenPort)
        {
            var found = AllOf(Port.InternalPort);
            if (FindOwn(found, process) is { } own)
            {
                var isShared = found.Any(other => other != own && other.LoopbackAddress.Equals(own.LoopbackAddress) && !process.Owns(other));
                State = isShared ? PortState.Shared : PortState.NeedsRelay;
                Target = own.LoopbackAddress;
            }
        }
    }

    /// <summary>True when a process other than these holds that number.</summary>
    public bool IsHeldByAnother(int number, GameProcess process) =>
        AllOf(number).Any(socket => !process.Owns(socket));

    private bool IsHeld(int number) => number != Port.GivenPort && sockets.FindOnLoopback(number, Port.Protocol).Count > 0;

    private bool IsDue(bool isHeld)
    {
        var now = time.GetTimestamp();
        var isNews = isHeld && !_wasHeld;
        _wasHeld = isHeld;
        if (!isNews && time.GetElapsedTime(_lookedAt, now) < (isHeld ? HeldInterval : UnheldInterval))
        {
            return false;
        }

        _lookedAt = now;
        return true;
    }

    private IReadOnlyList<BoundSocket> AllOf(int number) => sockets.Find(number, Port.Protocol);

    private static BoundSocket? FindOwn(IEnumerable<BoundSocket> sockets, GameProcess process)
    {
        foreach (var socket in sockets)
        {
            if (process.Owns(socket))
            {
                return socket;
            }
        }

        return null;
    }
}
