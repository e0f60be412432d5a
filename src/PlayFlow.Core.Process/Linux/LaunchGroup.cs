using System.Globalization;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>The control group of one launch: in the version 2 tree, in the memory controller of version 1, or in both.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LaunchGroup(string? unified, string? memory)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>The folders whose <c>cgroup.procs</c> the game joins.</summary>
    public IReadOnlyList<string> Folders { get; } = [.. new[] { unified, memory }.OfType<string>()];

    /// <summary>The group of an earlier run, from the folders kept in its record; null when there was none.</summary>
    public static LaunchGroup? Restore(string? unified, string? memory) =>
        unified is null && memory is null ? null : new LaunchGroup(unified, memory);

    /// <summary>The folder in the version 2 tree.</summary>
    public string? Unified => unified;

    /// <summary>The folder in version 1's memory controller.</summary>
    public string? Memory => memory;

    /// <summary>Sets the limit, on memory and swap together where the system counts swap.</summary>
    public void LimitMemory(int megabytes)
    {
        var bytes = (megabytes * Megabyte).ToString(CultureInfo.InvariantCulture);
        if (memory is not null)
        {
            ControlGroups.TryWrite(Path.Combine(memory, "memory.limit_in_bytes"), bytes);
            ControlGroups.TryWrite(Path.Combine(memory, "memory.memsw.limit_in_bytes"), bytes);
        }
        else if (unified is not null)
        {
            ControlGroups.TryWrite(Path.Combine(unified, "memory.max"), bytes);
            ControlGroups.TryWrite(Path.Combine(unified, "memory.swap.max"), "0");
        }
    }

    /// <summary>Whether the kernel ended a process of the group because of the limit.</summary>
    public bool RanOutOfMemory() =>
        (memory is not null && HasCount(Path.Combine(memory, "memory.oom_control"), "oom_kill "))
        || (unified is not null && HasCount(Path.Combine(unified, "memory.events"), "oom_kill "));

    /// <summary>The numbers of its processes.</summary>
    public List<int> ReadProcesses()
    {
        var pids = new List<int>();
        foreach (var line in SmallFile.ReadLines(Path.Combine(unified ?? memory!, "cgroup.procs")))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
            {
                pids.Add(pid);
            }
        }

        return pids;
    }

    /// <summary>Ends everything in it and in groups below it in one step; false when the kernel has no such step.</summary>
    public bool TryKill() => unified is not null && ControlGroups.TryWrite(Path.Combine(unified, "cgroup.kill"), "1");

    /// <summary>Whether anything lives in it or in groups below it; null when the kernel does not tell.</summary>
    public bool? IsPopulated()
    {
        var events = unified is null ? [] : SmallFile.ReadLines(Path.Combine(unified, "cgroup.events"));
        return events.Contains("populated 1") ? true : events.Contains("populated 0") ? false : null;
    }

    /// <summary>Removes the group; false when the kernel still counts something in it, as it may for a moment.</summary>
    public bool TryRemove()
    {
        var isGone = true;
        foreach (var folder in Folders)
        {
            isGone &= ControlGroups.TryRemove(folder);
        }

        return isGone;
    }

    private static bool HasCount(string file, string key) => SmallFile.ReadLines(file).Any(line =>
        line.StartsWith(key, StringComparison.Ordinal)
        && long.TryParse(line.AsSpan(key.Length), CultureInfo.InvariantCulture, out var count)
        && count > 0);
}
