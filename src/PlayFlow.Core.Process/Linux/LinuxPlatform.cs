using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Linux: watchdogs, control groups where allowed, sockets by their owner, adoption after a restart.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxPlatform : IProcessPlatform
{
    private const int PunchHole = 0x2;
    private const int KeepSize = 0x1;
    private const nuint CloneFile = 0x40049409;

    private readonly string _bootId = ProcessIdentity.ReadBootId();
    private readonly TimeProvider _time;
    private readonly ExitWatcher _exits;
    private readonly ControlGroups _groups;
    private readonly UsageSampler _usage;

    /// <summary>A platform whose launches get these control groups.</summary>
    public LinuxPlatform(ControlGroups groups, TimeProvider time)
    {
        _time = time;
        _exits = new ExitWatcher(time);
        _groups = groups;
        Sockets = SocketDiagnostics.TryOpen() is { } diagnostics ? diagnostics : new ProcNetSockets();
        _usage = new UsageSampler(Sockets);
    }

    public ISocketTable Sockets { get; }

    public bool LimitsMemory => _groups.LimitsMemory;

    public GameProcess Start(GameCommand command, LaunchDirectory directory, LaunchRecord record)
    {
        var group = _groups.Create(directory.Name, command.MemoryMb);
        try
        {
            // Written before the watchdog is there: whatever is found later has a record to be judged by.
            directory.WriteRecord(record with { BootId = _bootId, Group = group?.Folder, GroupVersion = group?.Version });
            var pid = WatchdogCommand.Start(command, directory, group);
            ProcessStat.TryRead(pid, out var stat);
            return new LinuxGameProcess(directory, new ProcessIdentity(pid, stat.StartTime), group, _exits, _time);
        }
        catch
        {
            group?.TryRemove();
            throw;
        }
    }

    public async Task<GameProcess?> AdoptAsync(LaunchDirectory directory, LaunchRecord record)
    {
        var files = new WatchdogFiles(directory);
        if (record.BootId != _bootId)
        {
            // Numbers of another boot are strangers'.
            return new GoneProcess(files.ReadExit() ?? ComputeExit.Lost with { Message = "the machine was started anew" });
        }

        var group = LaunchGroup.Restore(record.Group, record.GroupVersion);
        if (files.ReadWatchdog() is { } watchdog)
        {
            return new LinuxGameProcess(directory, watchdog, group, _exits, _time);
        }

        using var rest = new LinuxGameProcess(directory, default, group, _exits, _time);
        await rest.EndStragglersAsync().ConfigureAwait(false);
        return null;
    }

    public ComputeSample?[] Sample(IReadOnlyList<GameProcess> processes) => _usage.Sample(processes);

    public bool IsPortFree(int port, PortProtocol protocol) => PortProbe.IsFree(port, protocol);

    public void ReleaseDisk(SafeFileHandle file, long from, long to) =>
        _ = Libc.Fallocate(file, PunchHole | KeepSize, from, to - from);

    public FileSharing Share(string source, string target, bool mayLink) =>
        TryClone(source, target) ? FileSharing.Cloned
        : mayLink && Libc.Link(source, target) == 0 ? FileSharing.Linked
        : FileSharing.None;

    public unsafe void Pause(TimeSpan time)
    {
        var duration = new Libc.TimeSpec { Seconds = time.Ticks / TimeSpan.TicksPerSecond, Nanoseconds = time.Ticks % TimeSpan.TicksPerSecond * 100 };
        _ = Libc.Nanosleep(&duration, null);
    }

    public void Dispose()
    {
        _exits.Dispose();
        _groups.RemoveEmpty();
        (Sockets as IDisposable)?.Dispose();
    }

    private static bool TryClone(string source, string target)
    {
        using var from = File.OpenHandle(source);
        using (var to = File.OpenHandle(target, FileMode.CreateNew, FileAccess.Write))
        {
            if (Libc.IoControl(to, CloneFile, from.DangerousGetHandle()) == 0)
            {
                return true;
            }
        }

        File.Delete(target);
        return false;
    }
}
