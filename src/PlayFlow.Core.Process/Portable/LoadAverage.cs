using System.Runtime.InteropServices;

namespace PlayFlow.Core.Process.Portable;

/// <summary>The machine's load average over the last minute. Windows has none.</summary>
internal static unsafe partial class LoadAverage
{
    /// <summary>The average, or null.</summary>
    public static double? Read()
    {
        double load;
        return !OperatingSystem.IsWindows() && GetLoadAverage(&load, 1) == 1 ? load : null;
    }

    [LibraryImport("libc", EntryPoint = "getloadavg")]
    private static partial int GetLoadAverage(double* averages, int count);
}
