using System.Buffers.Text;
using System.Runtime.Versioning;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// Reads off what many launches use in one pass: out of their control groups, or out of one look at all processes for those
/// that have none; connections out of one look at the machine's sockets. Safe to call from any thread.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class UsageSampler
{
    private const long TicksPerClockTick = TimeSpan.TicksPerSecond / 100;

    private readonly Lock _lock = new();
    private readonly ISocketTable _sockets;
    private readonly SmallFileReader _files = new();
    private readonly ProcessCensus _census;
    private readonly HashSet<uint> _connections = [];

    public UsageSampler(ISocketTable sockets)
    {
        _sockets = sockets;
        _census = new ProcessCensus(_files);
    }

    public ComputeSample?[] Sample(IReadOnlyList<GameProcess> processes)
    {
        lock (_lock)
        {
            return SampleLocked(processes);
        }
    }

    private ComputeSample?[] SampleLocked(IReadOnlyList<GameProcess> processes)
    {
        ProcessTree?[] trees = [.. processes.Select(process => (process as LinuxGameProcess)?.FindTree())];
        var members = FindMembersLocked(trees);
        var load = ReadLoadLocked();
        _connections.Clear();
        var tellsConnections = _sockets.TryFindConnections(_connections);
        SocketOwners.Take(Environment.ProcessId, _connections);
        var samples = new ComputeSample?[trees.Length];
        for (var i = 0; i < trees.Length; i++)
        {
            // What has ended and waits to be collected still tells its processor time, and holds no memory.
            if (members[i].Exists(static process => process.ResidentPages > 0))
            {
                samples[i] = SampleLocked(trees[i]!, members[i]) with
                {
                    LoadAverage = load,
                    TcpConnections = tellsConnections ? members[i].Sum(process => SocketOwners.Take(process.Pid, _connections)) : null,
                };
            }
        }

        return samples;
    }

    private List<ProcessUsage>[] FindMembersLocked(ProcessTree?[] trees)
    {
        List<ProcessUsage>[] members = [.. trees.Select(static _ => new List<ProcessUsage>(1))];
        var ungrouped = new ProcessTree?[trees.Length];
        var pids = new List<int>();
        for (var i = 0; i < trees.Length; i++)
        {
            if (trees[i]?.Group is not { } group)
            {
                ungrouped[i] = trees[i];
                continue;
            }

            pids.Clear();
            GroupUsage.ReadProcesses(group, _files, pids);
            foreach (var pid in pids)
            {
                if (ProcessUsage.TryParse(_files.Read(pid, "stat"), out var usage))
                {
                    members[i].Add(usage);
                }
            }
        }

        if (Array.Exists(ungrouped, tree => tree is not null))
        {
            _census.Assign(ungrouped, members);
        }

        return members;
    }

    private ComputeSample SampleLocked(ProcessTree tree, List<ProcessUsage> members)
    {
        var (cpu, memory) = tree.Group is { } group
            ? (GroupUsage.ReadCpuTime(group, _files), GroupUsage.ReadMemory(group, _files))
            : (null, null);
        var used = cpu ?? TimeSpan.FromTicks(members.Sum(static process => process.CpuTicks) * TicksPerClockTick);
        tree.CpuTime = used > tree.CpuTime ? used : tree.CpuTime;
        return new ComputeSample
        {
            CpuTime = tree.CpuTime,
            MemoryBytes = memory ?? members.Sum(static process => process.ResidentPages) * Environment.SystemPageSize,
        };
    }

    private double? ReadLoadLocked() => Utf8Parser.TryParse(_files.Read("/proc", "loadavg"), out double load, out _) ? load : null;
}
