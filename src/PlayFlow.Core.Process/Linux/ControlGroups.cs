using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// Makes a control group for each launch where the system lets this process do so: one that keeps hold of every process and, where
/// that is possible, limits their memory. Finds out once, by trying.
/// </summary>
/// <remarks>
/// Where version 1 has the memory controller its group is the one, and joining it waits for nothing since Linux 5.5; elsewhere it is
/// version 2's.
/// Groups are made below this process's own one, or beside it: a service manager delegates that part. A version 2 group with
/// processes in it cannot hand the memory controller down, so beside is often the only place where limits work.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class ControlGroups
{
    private const uint FolderMode = 0x1ed;

    private readonly string? _folder;
    private readonly ControlGroupVersion _version;

    private ControlGroups(string? folder, ControlGroupVersion version, bool limitsMemory)
    {
        _folder = folder;
        _version = version;
        LimitsMemory = limitsMemory;
    }

    /// <summary>A system that allows none.</summary>
    public static ControlGroups None { get; } = new(null, ControlGroupVersion.Unified, limitsMemory: false);

    /// <summary>Whether a memory limit can be set.</summary>
    public bool LimitsMemory { get; }

    /// <summary>Finds the folder for groups of one data directory, whose full path sets them apart from others'.</summary>
    /// <param name="dataDirectory">The full path.</param>
    /// <param name="useMemory">Whether version 1 may be used.</param>
    public static ControlGroups Discover(string dataDirectory, bool useMemory = true)
    {
        var name = NameOf(dataDirectory);
        try
        {
            var mounts = File.ReadAllLines("/proc/self/mountinfo");
            var own = File.ReadAllLines("/proc/self/cgroup");
            var memories = useMemory ? FindParents(mounts, own, "memory") : [];
            if (memories.Select(p => TryCreateJoinable(p, name)).FirstOrDefault(p => p is not null) is { } memory)
            {
                return new ControlGroups(memory, ControlGroupVersion.Memory, limitsMemory: true);
            }

            string? fallback = null;
            foreach (var parent in FindParents(mounts, own, controller: null))
            {
                TryWrite(Path.Combine(parent, "cgroup.subtree_control"), "+memory");
                if (TryCreateJoinable(parent, name) is not { } folder)
                {
                    continue;
                }

                if (TryWrite(Path.Combine(folder, "cgroup.subtree_control"), "+memory"))
                {
                    return new ControlGroups(folder, ControlGroupVersion.Unified, limitsMemory: true);
                }

                fallback ??= folder;
            }

            return new ControlGroups(fallback, ControlGroupVersion.Unified, limitsMemory: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    /// <summary>Makes the group of a launch; null when the system allows none.</summary>
    public LaunchGroup? Create(string launch, int? memoryMb)
    {
        if (_folder is null || TryCreateAnew(_folder, launch) is not { } folder)
        {
            return null;
        }

        var group = new LaunchGroup(folder, _version);
        if (memoryMb is { } megabytes)
        {
            group.LimitMemory(megabytes);
        }

        return group;
    }

    /// <summary>Removes every group that is empty, and their folder when no launch has one any more.</summary>
    public void RemoveEmpty()
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        foreach (var group in Directory.GetDirectories(_folder))
        {
            TryRemove(group);
        }

        TryRemove(_folder);
    }

    // The kernel's refusal is expected, again and again, while a process of the group is ending: no exception.
    internal static bool TryRemove(string folder) =>
        Libc.RemoveDirectory(folder) == 0 || Marshal.GetLastPInvokeError() == Libc.ErrNoEntry;

    internal static bool TryWrite(string file, string text)
    {
        try
        {
            // Never creates: a control that the kernel does not offer is not there.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // One of that name is an earlier launch's, with its limits and counts: used as it is only when it cannot be removed.
    private static string? TryCreateAnew(string parent, string name)
    {
        var folder = Path.Combine(parent, name);
        if (Libc.MakeDirectory(folder, FolderMode) == 0)
        {
            return folder;
        }

        TryRemove(folder);
        return TryCreate(parent, name);
    }

    private static string? TryCreate(string parent, string name)
    {
        try
        {
            var folder = Path.Combine(parent, name);
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // FNV-1a: nobody is kept out by the name, and loading the system's cryptography for it would take a tenth of the emulator's start.
    private static string NameOf(string dataDirectory)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var letter in Encoding.UTF8.GetBytes(dataDirectory))
        {
            hash = unchecked((hash ^ letter) * 0x100000001b3);
        }

        return string.Create(CultureInfo.InvariantCulture, $"playflow-{hash:x16}");
    }

    // What may be joined once may be joined below, too.
    private static string? TryCreateJoinable(string parent, string name) =>
        TryCreate(parent, name) is { } folder && CanJoin(folder) ? folder : null;

    private static bool CanJoin(string folder)
    {
        try
        {
            using var stream = new FileStream(
                Path.Combine(folder, "cgroup.procs"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // mountinfo: id parent major:minor root mountpoint options… - type source superoptions
    private static IEnumerable<string> FindParents(string[] mounts, string[] own, string? controller)
    {
        foreach (var mount in mounts)
        {
            var halves = mount.Split(" - ");
            var fields = halves[0].Split(' ');
            var type = halves.Length < 2 ? [] : halves[1].Split(' ');
            var matches = type.Length >= 3 && (controller is null
                ? type[0] == "cgroup2"
                : type[0] == "cgroup" && type[2].Split(',').Contains(controller));
            if (!matches || fields.Length < 5 || FindOwn(own, controller) is not { } path)
            {
                continue;
            }

            // In a container the mount may show a part of the tree only, and our path is told from the top of it all.
            var root = fields[3];
            var inside = root != "/" && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
            var folder = Path.Join(fields[4], inside);
            yield return folder;
            if (inside.Trim('/').Length > 0 && Path.GetDirectoryName(folder.TrimEnd('/')) is { } parent)
            {
                yield return parent;
            }
        }
    }

    // cgroup: number:controllers:path, where version 2 is number 0 without controllers
    private static string? FindOwn(string[] own, string? controller)
    {
        foreach (var line in own)
        {
            var fields = line.Split(':', 3);
            if (fields.Length == 3
                && (controller is null ? fields[0] == "0" : fields[1].Split(',').Contains(controller)))
            {
                return fields[2];
            }
        }

        return null;
    }
}
