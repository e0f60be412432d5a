using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Readiness;

/// <summary>
/// Decides whether a server failed because another process holds a port it wants.
/// </summary>
/// <remarks>
/// Nobody tells a third party that a bind failed, so this is judged from outside, and only while none of the launch's own
/// ports is open by its own hand. That another process holds the internal port proves nothing by itself: a game that binds
/// the port it is given never touches it. So:
/// <list type="bullet">
/// <item>A game that shares its internal port with another process (address reuse) is in conflict at once: a relay could not
/// tell whose players are whose.</item>
/// <item>A game that ends by itself, with a code or by aborting, before its port was open is in conflict when another process
/// holds the external port, or holds the internal port and the game is not known to bind what it is given (a token names the
/// port, or an earlier server of the build did).</item>
/// <item>A game that runs on without opening its port while another process holds the internal one is in conflict after a
/// while: soon when the build was seen to ignore its given port, else only after
/// <see cref="ProcessComputeOptions.PortConflictTimeout"/>, since games may load for long; never when it is known to bind what
/// it is given.</item>
/// </list>
/// </remarks>
internal sealed class PortConflict(LaunchRecord record, PortHabits habits, TimeSpan timeout)
{
    private const int AbortSignal = 6;

    private static readonly TimeSpan TimeoutOfIgnorant = TimeSpan.FromSeconds(5);

    /// <summary>What a process that ended before its ports were open really failed of, or null.</summary>
    public ComputeExit? JudgeEnd(ComputeExit exit, IReadOnlyList<PortWatch> watches, GameProcess process) =>
        exit.Failure is null && (exit.ExitCode is not null || exit.Signal == AbortSignal)
            ? FindTaken(watches, process, WithoutPatience)
            : null;

    /// <summary>What a process that has been running for so long without its ports fails of, or null.</summary>
    public ComputeExit? JudgeWait(TimeSpan waited, IReadOnlyList<PortWatch> watches, GameProcess process) =>
        waited < TimeoutOfIgnorant || watches.Any(watch => watch.State == PortState.Direct)
            ? null
            : FindTaken(watches, process, port => waited >= (habits.IgnoresGiven(record.Build, port) ? TimeoutOfIgnorant : timeout));

    /// <summary>The end of a launch whose internal port is also another's.</summary>
    public static ComputeExit Internal(RecordedPort port) => ComputeExit.Failed(
        StopReason.PortUnavailable,
        FormattableString.Invariant($"port {port.InternalPort} ({Word(port)}), which '{port.Name}' is configured for, is held by another ")
        + $"process: let the server bind the port in {PortTokens.VariableName(port.Name)}, or pass {{port:{port.Name}}} in startup_args");

    /// <summary>The end of a launch whose external port, or the one it was given instead, is another's.</summary>
    public static ComputeExit Given(RecordedPort port, int number) => ComputeExit.Failed(
        StopReason.PortUnavailable,
        FormattableString.Invariant($"port {number} ({Word(port)}), which '{port.Name}' was given, is held by another process: ")
        + "end that process, or choose another port range");

    /// <summary>The end of a launch that serves in plain what is to be served with TLS.</summary>
    public static ComputeExit Bypassed(RecordedPort port) => ComputeExit.Failed(
        StopReason.PortUnavailable,
        FormattableString.Invariant($"port {port.ExternalPort}, which players reach '{port.Name}' at with TLS, was bound by the server ")
        + $"itself: let it bind the port in {PortTokens.VariableName(port.Name)}, in plain");

    private static bool WithoutPatience(RecordedPort port) => true;

    private static string Word(RecordedPort port) => port.Protocol == PortProtocol.Tcp ? "tcp" : "udp";

    private ComputeExit? FindTaken(IReadOnlyList<PortWatch> watches, GameProcess process, Func<RecordedPort, bool> isDue)
    {
        foreach (var watch in watches)
        {
            var port = watch.Port;
            if (watch.State != PortState.Closed || !isDue(port))
            {
                continue;
            }

            if (watch.IsHeldByAnother(port.GivenPort, process))
            {
                return Given(port, port.GivenPort);
            }

            if (port.InternalPort != port.GivenPort
                && !habits.BindsGiven(record.Build, port)
                && watch.IsHeldByAnother(port.InternalPort, process))
            {
                return Internal(port);
            }
        }

        return null;
    }
}
