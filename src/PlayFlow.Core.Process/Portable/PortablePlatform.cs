using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Process.Relay;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using OsProcess = System.Diagnostics.Process;

namespace PlayFlow.Core.Process.Portable;

/// <summary>
/// Any system .NET runs on, with what .NET offers. A game's output passes through this process, so that a game cannot outlive
/// it usefully: what an earlier run left running is ended at the next start, or at once on Windows. Open ports are seen, but
/// not whose they are; those held before the launch are taken for others'.
/// </summary>
internal sealed class PortablePlatform(TimeProvider time) : IProcessPlatform
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly ManualResetEventSlim _never = new();

    public ISocketTable Sockets { get; } = new ListenerSockets();

    public bool LimitsMemory => false;

    public GameProcess Start(GameCommand command, LaunchDirectory directory, LaunchRecord record)
    {
        var held = record.Ports
            .SelectMany(port => new[] { (port.ExternalPort, port.Protocol), (port.InternalPort, port.Protocol) })
            .Where(port => Sockets.FindOnLoopback(port.Item1, port.Protocol).Count > 0);
        directory.WriteRecord(record);
        return PortableGameProcess.Start(command, directory, [.. held], time, Pause);
    }

    public Task<GameProcess?> AdoptAsync(LaunchDirectory directory, LaunchRecord record)
    {
        if (directory.ReadProcess() is not { } leftover)
        {
            return Task.FromResult<GameProcess?>(null);
        }

        EndLeftover(leftover);
        return Task.FromResult<GameProcess?>(
            new GoneProcess(ComputeExit.Lost with { Message = "ended because the platform was restarted" }));
    }

    public ComputeSample?[] Sample(IReadOnlyList<GameProcess> processes)
    {
        var load = LoadAverage.Read();
        return [.. processes.Select(process => (process as PortableGameProcess)?.Sample() is { } sample ? sample with { LoadAverage = load } : (ComputeSample?)null)];
    }

    public bool IsPortFree(int port, PortProtocol protocol)
    {
        lock (DescriptorGate.Lock)
        {
            return ((protocol & PortProtocol.Tcp) == 0 || CanBind(port, SocketType.Stream, ProtocolType.Tcp))
                && ((protocol & PortProtocol.Udp) == 0 || CanBind(port, SocketType.Dgram, ProtocolType.Udp));
        }
    }

    public void ReleaseDisk(SafeFileHandle file, long from, long to)
    {
        // .NET has no call for it.
    }

    public FileSharing Share(string source, string target, bool mayLink) => FileSharing.None;

    public void Pause(TimeSpan time) => _never.Wait(time > Moment ? time : Moment);

    public void Dispose() => _never.Dispose();

    private static bool CanBind(int port, SocketType type, ProtocolType protocol)
    {
        try
        {
            RelaySocket.Bind(port, type, protocol).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // The same number with another time of start is a stranger; two readings of one process differ by a little.
    private static void EndLeftover(ProcessRecord leftover)
    {
        try
        {
            using var process = OsProcess.GetProcessById(leftover.Pid);
            var difference = process.StartTime.ToUniversalTime() - new DateTime(leftover.StartedUtcTicks, DateTimeKind.Utc);
            if (difference.Duration() < ClockTolerance)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
        {
            // Gone already.
        }
    }
}
