using System.Text;
using Docker.DotNet.Models;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>
/// Sees a container's sockets by having the engine run <c>cat</c> in it, where the engine's processes cannot be seen from here:
/// in Docker Desktop's machine, or on another one. Cannot tell for an image without <c>cat</c>.
/// </summary>
internal sealed class ExecSockets(DockerEngine engine, string container) : IInnerSockets
{
    /// <inheritdoc/>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public TimeSpan LongestPause => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<InnerPort>?> FindOpenAsync(PortProtocol protocols, CancellationToken cancellationToken)
    {
        var open = new HashSet<InnerPort>();
        foreach (var protocol in new[] { PortProtocol.Tcp, PortProtocol.Udp }.Where(protocol => protocols.HasFlag(protocol)))
        {
            var name = protocol == PortProtocol.Tcp ? "tcp" : "udp";
            if (await ReadAsync(["cat", $"/proc/net/{name}", $"/proc/net/{name}6"], cancellationToken).ConfigureAwait(false) is not { } text)
            {
                return null;
            }

            SocketTable.Parse(text, protocol, open);
        }

        return open;
    }

    // A system without IPv6 has no second file, and cat says so by its exit code; the heading shows that it ran at all.
    private async Task<string?> ReadAsync(string[] command, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.CallAsync(
                async (client, token) =>
                {
                    var exec = await client.Exec.CreateContainerExecAsync(
                        container, new ContainerExecCreateParameters { Cmd = command, AttachStdout = true, AttachStderr = true }, token)
                        .ConfigureAwait(false);
                    using var stream = await client.Exec.StartContainerExecAsync(
                        exec.ID, new ContainerExecStartParameters(), token).ConfigureAwait(false);
                    var (output, _) = await stream.ReadOutputToEndAsync(token).ConfigureAwait(false);
                    return output.Contains("local_address", StringComparison.Ordinal) ? output : null;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.Status is System.Net.HttpStatusCode.BadRequest)
        {
            return null;
        }
    }
}
