using System.Globalization;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>The control group of one launch.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="version">The tree that is in.</param>
[SupportedOSPlatform("linux")]
internal sealed class LaunchGroup(string folder, ControlGroupVersion version)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Its folder.</summary>
    public string Folder => folder;

    /// <summary>The tree that is in.</summary>
    public ControlGroupVersion Version => version;

    /// <summary>
    /// The file in which a process of one thread joins by writing 0. Version 1 takes a thread, and since Linux 5.5 without waiting; for
    /// a process either version waits until no other may be about to fork, 5 to 15 ms where measured.
    /// </summary>
    public string JoinFile => Path.Combine(folder, version is ControlGroupVersion.Memory ? "tasks" : "cgroup.procs");

    /// <summary>The group of an earlier run, as its record tells; null when there was none.</summary>
    public static LaunchGroup? Restore(string? folder, ControlGroupVersion? version) =>
        folder is null || version is null ? null : new LaunchGroup(folder, version.Value);

    /// <summary>Sets the limit, on memory and swap together where the system counts swap.</summary>
    public void LimitMemory(int megabytes)
    {
        var bytes = (megabytes * Megabyte).ToString(CultureInfo.InvariantCulture);
        if (version is ControlGroupVersion.Memory)
        {
            TryWrite("memory.limit_in_bytes", bytes);
            TryWrite("memory.memsw.limit_in_bytes", bytes);
        }
        else
        {
            TryWrite("memory.max", bytes);
            TryWrite("memory.swap.max", "0");
        }
    }

    /// <summary>Whether the kernel ended a process of the group because of the limit.</summary>
    public bool RanOutOfMemory()
    {
        const string key = "oom_kill ";
        return Read(version is ControlGroupVersion.Memory ? "memory.oom_control" : "memory.events").Any(line =>
            line.StartsWith(key, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(key.Length), CultureInfo.InvariantCulture, out var count)
            && count > 0);
    }

    /// <summary>The numbers of its processes, as long as a thread of them lives; not of those in groups below it.</summary>
    public List<int> ReadProcesses() => [.. ReadProcesses(folder)];

    /// <summary>
    /// Ends everything in it and in groups below it: in one step where the kernel has one (version 2, since Linux 5.14), and one by one
    /// what that leaves, such as a process whose main thread has ended while others live on.
    /// </summary>
    /// <returns>Whether there was nothing to end.</returns>
    public bool Kill()
    {
        if (!IsPopulated())
        {
            return true;
        }

        if (version is ControlGroupVersion.Unified)
        {
            TryWrite("cgroup.kill", "1");
        }

        KillEach();
        return false;
    }

    /// <summary>Removes the group; false when the kernel still counts something in it, as it may for a moment.</summary>
    public bool TryRemove()
    {
        if (ControlGroups.TryRemove(folder))
        {
            return true;
        }

        foreach (var below in FoldersBelow().Reverse())
        {
            ControlGroups.TryRemove(below);
        }

        return false;
    }

    private static IEnumerable<int> ReadProcesses(string folder)
    {
        foreach (var line in SmallFile.ReadLines(Path.Combine(folder, "cgroup.procs")))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
            {
                yield return pid;
            }
        }
    }

    private bool IsPopulated()
    {
        var events = version is ControlGroupVersion.Unified ? Read("cgroup.events") : [];
        return events.Contains("populated 1") || (!events.Contains("populated 0") && ReadAllProcesses().Any());
    }

    // A number that is in the group after it was taken hold of belongs to one of its processes, and to no stranger it was given to since.
    private void KillEach()
    {
        var held = ReadAllProcesses().Select(pid => (Pid: pid, Descriptor: Libc.OpenPidfd(pid))).ToList();
        var members = ReadAllProcesses().ToHashSet();
        foreach (var (pid, descriptor) in held)
        {
            if (members.Contains(pid))
            {
                _ = descriptor >= 0 ? Libc.SendSignal(descriptor, Libc.SigKill) : Libc.Kill(pid, Libc.SigKill);
            }

            if (descriptor >= 0)
            {
                _ = Libc.Close(descriptor);
            }
        }
    }

    private IEnumerable<int> ReadAllProcesses() => ReadProcesses(folder).Concat(FoldersBelow().SelectMany(ReadProcesses));

    private string[] FoldersBelow()
    {
        try
        {
            return Directory.GetDirectories(folder, "*", SearchOption.AllDirectories);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private bool TryWrite(string file, string text) => ControlGroups.TryWrite(Path.Combine(folder, file), text);

    private string[] Read(string file) => SmallFile.ReadLines(Path.Combine(folder, file));
}
