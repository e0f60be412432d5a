using System.Globalization;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>What the platform says in a server's log about what happened to it.</summary>
internal static class ServerNarrator
{
    /// <summary>The line for an event, or null for one not worth a line.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="server">The server after it.</param>
    /// <param name="rules">The figures.</param>
    public static string? Line(FleetEvent.ServerEvent happened, GameServer server, FleetRules rules) => happened switch
    {
        FleetEvent.ServerStarted => OneLine($"[playflow] launching build '{server.Build.VersionTag}' version {Number(server.Build.Version)} in {server.Spec.Region}, size {server.Spec.Size.Name}, {Ports(server)}"),
        FleetEvent.PortsOpened => "[playflow] running: every port is open",
        FleetEvent.SelfReportedRunning => "[playflow] running: the process reports itself ready",
        FleetEvent.RestartRequested => Text($"[playflow] restart asked for: build '{server.Build.VersionTag}' version {server.Build.Version}, {Ports(server)}"),
        FleetEvent.PoolServerClaimed => Text($"[playflow] claimed from the pool as '{server.Spec.Name}'"),
        FleetEvent.RestartScheduled e => Text($"[playflow] {End(e.Exit)}; automatic restart {server.AutoRestarts + 1} of {rules.MaxAutoRestarts} in {(e.RetryAt - e.At).TotalSeconds:0.#} s"),
        FleetEvent.Relaunched => "[playflow] launching the process again",
        FleetEvent.StopRequested e => Text($"[playflow] stopping: {e.Reason.Word}"),
        FleetEvent.KillRequested => "[playflow] the process did not end in time: killing it",
        FleetEvent.ServerEnded { Exit: { } exit } e => Text($"[playflow] stopped: {e.Reason.Word} ({End(exit)})"),
        FleetEvent.ServerEnded e => Text($"[playflow] stopped: {e.Reason.Word}"),
        _ => null,
    };

    private static string Ports(GameServer server) => server.Ports switch
    {
        [] => "no ports",
        [var port] => "ports " + Port(port),
        var ports => "ports " + string.Join(", ", ports.Select(Port)),
    };

    private static string Port(NetworkPort port) =>
        $"{port.Name} {Number(port.InternalPort)} -> {port.Host}:{Number(port.ExternalPort)}/{(port.Protocol is PortProtocol.Udp ? "udp" : "tcp")}";

    // Every start has this line: of strings alone, the parts are put together as they are.
    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string End(ComputeExit exit) => exit switch
    {
        { Message: { } message, ExitCode: null, Signal: null } => message,
        { Message: { } message, Signal: { } signal } => Text($"the process was ended by signal {signal}: {message}"),
        { Message: { } message, ExitCode: { } code } => Text($"the process exited with code {code}: {message}"),
        { Signal: { } signal } => Text($"the process was ended by signal {signal}"),
        { ExitCode: { } code } => Text($"the process exited with code {code}"),
        _ => "the process ended",
    };

    private static string Text(FormattableString text) => OneLine(text.ToString(CultureInfo.InvariantCulture));

    // Names are a caller's: a line break in one must not look like another line of the platform.
    private static string OneLine(string line)
    {
        foreach (var letter in line)
        {
            if (char.IsControl(letter))
            {
                return string.Concat(line.Select(letter => char.IsControl(letter) ? ' ' : letter));
            }
        }

        return line;
    }
}
