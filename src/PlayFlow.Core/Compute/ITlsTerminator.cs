using System.Net;

namespace PlayFlow.Core.Compute;

/// <summary>
/// Speaks TLS to players in the place of game servers that speak plain TCP. Providers that are given one serve every port with
/// <see cref="Ports.NetworkPort.TlsEnabled"/> through it. Safe to call from any thread.
/// </summary>
public interface ITlsTerminator
{
    /// <summary>
    /// Listens on a port of this machine, on all its addresses: whoever connects there with TLS is led to the target in plain.
    /// Each direction ends on its own, so that a side that has finished sending may still receive.
    /// </summary>
    /// <param name="port">The external port.</param>
    /// <param name="target">Where the game listens.</param>
    /// <param name="received">Told how many bytes of payload came from players; called from any thread.</param>
    /// <param name="sent">Told how many bytes of payload went to players; called from any thread.</param>
    /// <returns>Disposing it closes every connection and frees the port.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    /// <exception cref="System.IO.IOException">There is no certificate to serve it with.</exception>
    IAsyncDisposable Listen(int port, IPEndPoint target, Action<int> received, Action<int> sent);
}
