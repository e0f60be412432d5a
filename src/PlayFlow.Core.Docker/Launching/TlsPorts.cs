using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>
/// The ports of a launch that are served with TLS: the container's own are published on loopback under numbers of the engine's
/// choice, and the terminator leads there. One caller at a time.
/// </summary>
internal sealed class TlsPorts(ITlsTerminator? terminator, ILogger logger) : IAsyncDisposable
{
    /// <summary>The address that the container's own ports are published on.</summary>
    public const string Loopback = "127.0.0.1";

    private readonly List<IAsyncDisposable> _open = [];

    /// <summary>Begins to serve them.</summary>
    /// <param name="ports">The ports.</param>
    /// <param name="published">Where the engine has published what the container opens.</param>
    /// <exception cref="ComputeException">One cannot be served; none is, then.</exception>
    public async Task OpenAsync(ImmutableArray<TlsPort> ports, IDictionary<string, IList<PortBinding>>? published)
    {
        try
        {
            foreach (var port in ports)
            {
                _open.Add(Open(port, published));
            }
        }
        catch (ComputeException)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Closes every connection and frees the ports.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var port in _open)
        {
            try
            {
                await port.DisposeAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // a terminator may throw anything; the end of a server has to be told all the same
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.TlsNotClosed(logger, e);
            }
        }

        _open.Clear();
    }

    private IAsyncDisposable Open(TlsPort port, IDictionary<string, IList<PortBinding>>? published)
    {
        if (terminator is null)
        {
            throw Unavailable($"port {port.External} was served with TLS, which nothing does any more");
        }

        // A container that has ended already publishes nothing; its end is what counts.
        if (FindTarget(port, published) is not { } target)
        {
            return new Nothing();
        }

        try
        {
            return terminator.Listen(port.External, target, static _ => { }, static _ => { });
        }
        catch (SocketException fault)
        {
            throw Unavailable($"port {port.External} (tcp, TLS) is held by another process: end that process, or choose another port range", fault);
        }
        catch (IOException fault)
        {
            throw Unavailable($"port {port.External} cannot be served with TLS: {fault.Message}", fault);
        }
    }

    private static IPEndPoint? FindTarget(TlsPort port, IDictionary<string, IList<PortBinding>>? published)
    {
        var inner = new InnerPort(port.Internal, PortProtocol.Tcp).ToString();
        return published is not null && published.TryGetValue(inner, out var bindings)
            && bindings?.FirstOrDefault(binding => binding.HostPort is { Length: > 0 }) is { } found
                ? new IPEndPoint(IPAddress.Loopback, int.Parse(found.HostPort, NumberStyles.None, CultureInfo.InvariantCulture))
                : null;
    }

    private static ComputeException Unavailable(FormattableString message, Exception? e = null) =>
        new(StopReason.PortUnavailable, FormattableString.Invariant(message), e);

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
