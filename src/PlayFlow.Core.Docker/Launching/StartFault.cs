using System.Globalization;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>Tells from the engine's words what a server that could not be started failed of.</summary>
internal static class StartFault
{
    private static readonly string[] Taken = ["port is already allocated", "address already in use", "ports are not available"];

    /// <summary>The failure, with the service's word for it.</summary>
    public static ComputeException Of(EngineException e, LaunchRequest request)
    {
        if (Taken.Any(e.Says))
        {
            var port = request.Ports.FirstOrDefault(port => Names(e.Message, port)) ?? request.Ports.FirstOrDefault();
            return new ComputeException(StopReason.PortUnavailable, port is null ? "a port it was given is held by another process" : Of(port), e);
        }

        return e.IsDiskFull
            ? new ComputeException(StopReason.StartupFailureDownload, "there is no room left on the Docker engine's disk", e)
            : e.IsUnreachable
            ? new ComputeException(StopReason.StartupFailureExecutable, e.Message, e)
            : new ComputeException(
                StopReason.StartupFailureExecutable, $"the Docker engine could not start it: {e.Message.ReplaceLineEndings(" ")}", e);
    }

    private static string Of(NetworkPort port) =>
        FormattableString.Invariant($"port {port.ExternalPort} ({(port.Protocol == PortProtocol.Tcp ? "tcp" : "udp")}), which '{port.Name}' ")
        + "was given, is held by another process: end that process, or choose another port range";

    private static bool Names(string message, NetworkPort port) =>
        message.Contains(":" + port.ExternalPort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
