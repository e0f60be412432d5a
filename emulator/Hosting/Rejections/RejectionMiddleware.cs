using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PlayFlow.Emulator.Hosting.Rejections;

/// <summary>
/// Gives a body to what the web server refuses before the application sees it: a request without a host, a path that cannot be
/// decoded, a line that is too long. Clients read every error from the envelope.
/// </summary>
internal static class RejectionMiddleware
{
    /// <summary>Puts it before HTTP.</summary>
    public static void Use(ListenOptions listen) => listen.Use(static next => connection => RunAsync(connection, next));

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        connection.Transport = new Duplex(transport.Input, new RejectionWriter(transport.Output));
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
