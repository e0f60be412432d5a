using System.Globalization;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// What tells a process from every other of this boot: its number, which the system gives out again, and the moment it started.
/// </summary>
/// <param name="Pid">The process number.</param>
/// <param name="StartTime">Clock ticks since boot; field 22 of <c>/proc/pid/stat</c>.</param>
internal readonly record struct ProcessIdentity(int Pid, long StartTime)
{
    /// <summary>The id of the running boot: identities of another boot mean nothing.</summary>
    [SupportedOSPlatform("linux")]
    public static string ReadBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>True while this very process runs; a process that ended and waits to be collected does not.</summary>
    [SupportedOSPlatform("linux")]
    public bool IsAlive() => ProcessStat.TryRead(Pid, out var stat) && stat.StartTime == StartTime && !stat.HasEnded;

    /// <summary>True while the number cannot be another's: the process runs, or ended and waits to be collected.</summary>
    [SupportedOSPlatform("linux")]
    public bool HoldsNumber() => ProcessStat.TryRead(Pid, out var stat) && stat.StartTime == StartTime;

    /// <summary>Reads the identity out of a line of <c>/proc/pid/stat</c> that the process itself kept.</summary>
    public static ProcessIdentity? Parse(string line) =>
        ProcessStat.TryParse(line, out var stat) ? new ProcessIdentity(stat.Pid, stat.StartTime) : null;
}

/// <summary>The fields of <c>/proc/pid/stat</c> in use here.</summary>
internal readonly record struct ProcessStat(int Pid, char State, int Parent, int Group, int Session, long StartTime)
{
    /// <summary>Ended, though its number is not free yet.</summary>
    public bool HasEnded => State is 'Z' or 'X' or 'x';

    public ProcessIdentity Identity => new(Pid, StartTime);

    [SupportedOSPlatform("linux")]
    public static bool TryRead(int pid, out ProcessStat stat)
    {
        stat = default;
        return SmallFile.TryRead(FormattableString.Invariant($"/proc/{pid}/stat")) is { } line && TryParse(line, out stat);
    }

    public static bool TryParse(string line, out ProcessStat stat)
    {
        stat = default;
        // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
        var nameStart = line.IndexOf(" (", StringComparison.Ordinal);
        var nameEnd = line.LastIndexOf(')');
        if (nameStart < 0 || nameEnd < nameStart)
        {
            return false;
        }

        var rest = line.AsSpan(nameEnd + 1).Trim();
        Span<Range> fields = stackalloc Range[21];
        if (rest.Split(fields, ' ') < 20
            || !int.TryParse(line.AsSpan(0, nameStart), CultureInfo.InvariantCulture, out var pid)
            || !int.TryParse(rest[fields[1]], CultureInfo.InvariantCulture, out var parent)
            || !int.TryParse(rest[fields[2]], CultureInfo.InvariantCulture, out var group)
            || !int.TryParse(rest[fields[3]], CultureInfo.InvariantCulture, out var session)
            || !long.TryParse(rest[fields[19]], CultureInfo.InvariantCulture, out var startTime))
        {
            return false;
        }

        stat = new ProcessStat(pid, rest[0], parent, group, session, startTime);
        return true;
    }
}
