using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// The processes of one launch: everything in its control group, when it has one; otherwise its session, the descendants of
/// its main process, and whoever carries its mark in the environment. The watchdog is never part of it.
/// </summary>
/// <remarks>
/// Without a control group a process that started a session of its own, outlived its parent and cleared its environment is
/// not found. The session counts only while the watchdog that leads it is known to hold its number: afterwards the number may
/// be another's.
/// </remarks>
/// <param name="mark">What an entry of the environment of each process begins with, and of no other process's.</param>
/// <param name="group">The control group, or null.</param>
[SupportedOSPlatform("linux")]
internal sealed class ProcessTree(string mark, LaunchGroup? group)
{
    private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark);

    /// <summary>The watchdog, once known; its session is the game's.</summary>
    public ProcessIdentity? Watchdog { get; set; }

    /// <summary>The main process, once known.</summary>
    public ProcessIdentity? Main { get; set; }

    /// <summary>Whether the main process joined the control group: if not, the group says nothing.</summary>
    public bool JoinedGroup { get; set; }

    /// <summary>The control group that holds every process, when there is one and the main process joined it.</summary>
    public LaunchGroup? Group => JoinedGroup ? group : null;

    /// <summary>The most processor time it was seen to have used; the sampler's own note.</summary>
    public TimeSpan CpuTime { get; set; }

    /// <summary>The living processes.</summary>
    public List<ProcessStat> FindMembers()
    {
        var members = new List<ProcessStat>();
        if (Group is { } held)
        {
            foreach (var pid in held.ReadProcesses())
            {
                if (ProcessStat.TryRead(pid, out var stat) && !stat.HasEnded)
                {
                    members.Add(stat);
                }
            }

            return members;
        }

        var running = ReadAll();
        var session = Watchdog is { } watchdog && watchdog.HoldsNumber() ? watchdog.Pid : 0;
        var known = new HashSet<int>();
        if (Main is { } main && running.Any(stat => stat.Identity == main))
        {
            known.Add(main.Pid);
        }

        // Reading the environment of everything would be dear, and nothing older than the watchdog can be its.
        foreach (var stat in running.Where(stat => stat.StartTime >= (Watchdog?.StartTime ?? 0)))
        {
            if ((session != 0 && stat.Session == session) || CarriesMark(stat.Pid))
            {
                known.Add(stat.Pid);
            }
        }

        while (running.Any(stat => known.Contains(stat.Parent) && stat.Pid != Watchdog?.Pid && known.Add(stat.Pid)))
        {
            // Each round adds one more descendant.
        }

        members.AddRange(running
            .Where(stat => known.Contains(stat.Pid) && stat.Pid != Watchdog?.Pid && stat.Pid != Environment.ProcessId));
        return members;
    }

    /// <summary>Sends a signal to a process, and to no other that may have been given its number.</summary>
    public static void Signal(ProcessIdentity process, int signal)
    {
        var descriptor = Libc.OpenPidfd(process.Pid);
        if (descriptor >= 0)
        {
            if (process.IsAlive())
            {
                _ = Libc.SendSignal(descriptor, signal);
            }

            _ = Libc.Close(descriptor);
        }
        else if (process.IsAlive())
        {
            _ = Libc.Kill(process.Pid, signal);
        }
    }

    /// <summary>
    /// Asks every process to end, each one once: the game's process group in one step, so that no fork slips through, and
    /// those that left it one by one. The watchdog is in the group and expects it.
    /// </summary>
    public void Terminate()
    {
        var members = FindMembers();
        var leader = Watchdog is { } watchdog && watchdog.HoldsNumber() ? watchdog.Pid : 0;
        if (leader != 0)
        {
            _ = Libc.Kill(-leader, Libc.SigTerm);
        }

        foreach (var process in members)
        {
            if (process.Group != leader)
            {
                Signal(process.Identity, Libc.SigTerm);
            }
        }
    }

    /// <summary>Ends every process found; true when there was none.</summary>
    public bool Kill()
    {
        if (Group is { } held)
        {
            return held.Kill();
        }

        var members = FindMembers();
        foreach (var process in members)
        {
            Signal(process.Identity, Libc.SigKill);
        }

        return members.Count == 0;
    }

    private static List<ProcessStat> ReadAll()
    {
        var all = new List<ProcessStat>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && ProcessStat.TryRead(pid, out var stat)
                && !stat.HasEnded)
            {
                all.Add(stat);
            }
        }

        return all;
    }

    /// <summary>Whether an environment is that of a process of this launch.</summary>
    public bool IsMarked(ReadOnlySpan<byte> environment)
    {
        var at = environment.IndexOf(_mark);
        return at == 0 || (at > 0 && environment[at - 1] == 0);
    }

    private bool CarriesMark(int pid)
    {
        try
        {
            return IsMarked(File.ReadAllBytes(FormattableString.Invariant($"/proc/{pid}/environ")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or another user's.
            return false;
        }
    }
}
