using System.Buffers.Text;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>What a control group's files say of all its processes; version 2's count those that have ended, too.</summary>
[SupportedOSPlatform("linux")]
internal static class GroupUsage
{
    /// <summary>Adds the numbers of the group's processes.</summary>
    public static void ReadProcesses(LaunchGroup group, SmallFileReader files, List<int> pids)
    {
        var lines = files.Read(group.Folder, "cgroup.procs");
        while (Utf8Parser.TryParse(lines, out int pid, out var length))
        {
            pids.Add(pid);
            lines = lines[Math.Min(length + 1, lines.Length)..];
        }
    }

    /// <summary>The processor time used; null when the kernel does not count it for the group.</summary>
    public static TimeSpan? ReadCpuTime(LaunchGroup group, SmallFileReader files) =>
        group.Version is ControlGroupVersion.Unified && Find(files.Read(group.Folder, "cpu.stat"), "usage_usec "u8) is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    /// <summary>
    /// The memory in use, without cached files that are given back as soon as somebody wants the memory; null when the kernel
    /// does not count it for the group.
    /// </summary>
    public static long? ReadMemory(LaunchGroup group, SmallFileReader files) =>
        group.Version is ControlGroupVersion.Memory
            ? ReadMemory(files, group.Folder, "memory.usage_in_bytes", "total_inactive_file "u8)
            : ReadMemory(files, group.Folder, "memory.current", "inactive_file "u8);

    private static long? ReadMemory(SmallFileReader files, string folder, string file, ReadOnlySpan<byte> cacheKey)
    {
        if (!Utf8Parser.TryParse(files.Read(folder, file), out long bytes, out _))
        {
            return null;
        }

        return Math.Max(0, bytes - (Find(files.Read(folder, "memory.stat"), cacheKey) ?? 0));
    }

    private static long? Find(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> key)
    {
        while (lines.Length > 0)
        {
            if (lines.StartsWith(key))
            {
                return Utf8Parser.TryParse(lines[key.Length..], out long value, out _) ? value : null;
            }

            var end = lines.IndexOf((byte)'\n');
            lines = end < 0 ? [] : lines[(end + 1)..];
        }

        return null;
    }
}
