using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// Every process of the machine, read in one go, and which of them belong to which of many trees: as
/// <see cref="ProcessTree.FindMembers"/> says for one without a control group. Used by one thread at a time.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessCensus(SmallFileReader files)
{
    private const int DeepestTree = 64;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    private readonly Dictionary<int, ProcessUsage> _processes = [];
    private readonly Dictionary<int, int> _sessions = [];
    private readonly Dictionary<int, int> _mains = [];

    // Whose mark a process that nothing else gives away carries: its environment is read only once.
    private Dictionary<ProcessIdentity, ProcessTree?> _marked = [];

    /// <summary>Reads every process, and adds to the members of each tree the processes that are its own.</summary>
    /// <param name="trees">The trees; null for one that is told otherwise.</param>
    /// <param name="members">The members of each.</param>
    public void Assign(IReadOnlyList<ProcessTree?> trees, IReadOnlyList<List<ProcessUsage>> members)
    {
        Read();
        FindRoots(trees);
        var marked = new Dictionary<ProcessIdentity, ProcessTree?>();
        foreach (var process in _processes.Values)
        {
            var owner = FindOwner(process) ?? FindMarked(process, trees, marked);
            if (owner is { } index && process.Pid != trees[index]!.Watchdog?.Pid && process.Pid != Environment.ProcessId)
            {
                members[index].Add(process);
            }
        }

        _marked = marked;
    }

    private void Read()
    {
        _processes.Clear();
        var pids = new FileSystemEnumerable<int>(
            "/proc",
            static (ref FileSystemEntry entry) => int.Parse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture),
            All)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]),
        };
        foreach (var pid in pids)
        {
            if (ProcessUsage.TryParse(files.Read(pid, "stat"), out var usage))
            {
                _processes[pid] = usage;
            }
        }
    }

    private void FindRoots(IReadOnlyList<ProcessTree?> trees)
    {
        _sessions.Clear();
        _mains.Clear();
        for (var i = 0; i < trees.Count; i++)
        {
            if (trees[i]?.Watchdog is { } watchdog && Holds(watchdog))
            {
                _sessions[watchdog.Pid] = i;
            }

            if (trees[i]?.Main is { } main && Holds(main))
            {
                _mains[main.Pid] = i;
            }
        }
    }

    private bool Holds(ProcessIdentity identity) =>
        _processes.TryGetValue(identity.Pid, out var process) && process.Identity == identity;

    private int? FindOwner(ProcessUsage process)
    {
        for (var depth = 0; depth < DeepestTree; depth++)
        {
            if (_sessions.TryGetValue(process.Session, out var owner) || _mains.TryGetValue(process.Pid, out owner))
            {
                return owner;
            }

            if (!_processes.TryGetValue(process.Parent, out process))
            {
                return null;
            }
        }

        return null;
    }

    private int? FindMarked(
        ProcessUsage process, IReadOnlyList<ProcessTree?> trees, Dictionary<ProcessIdentity, ProcessTree?> marked)
    {
        if (!_marked.TryGetValue(process.Identity, out var tree))
        {
            var environment = files.Read(process.Pid, "environ");
            for (var i = 0; i < trees.Count && tree is null && environment.Length > 0; i++)
            {
                tree = trees[i]?.IsMarked(environment) == true ? trees[i] : null;
            }
        }

        marked[process.Identity] = tree;
        for (var i = 0; i < trees.Count; i++)
        {
            if (tree is not null && trees[i] == tree)
            {
                return i;
            }
        }

        return null;
    }
}
