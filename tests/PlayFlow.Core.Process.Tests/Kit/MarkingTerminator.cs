using System.Collections.Concurrent;
using System.Net;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Relay;

namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>Stands where TLS would: leads on in plain, and remembers which ports it served.</summary>
internal sealed class MarkingTerminator : ITlsTerminator
{
    /// <summary>The targets, by external port.</summary>
    public ConcurrentDictionary<int, IPEndPoint> Served { get; } = new();

    /// <summary>Thrown instead of serving, once set.</summary>
    public Exception? Fault { get; set; }

    public IAsyncDisposable Listen(int port, IPEndPoint target, Action<int> received, Action<int> sent)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        Served[port] = target;
        return new TcpRelay(port, target, TimeProvider.System);
    }
}
