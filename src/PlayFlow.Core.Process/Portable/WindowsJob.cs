using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using OsProcess = System.Diagnostics.Process;

namespace PlayFlow.Core.Process.Portable;

/// <summary>
/// Holds a process and everything it starts in a job object that ends them all when its last handle closes: when this is
/// disposed, or when this process dies, however it dies.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsJob
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;

    /// <summary>Takes hold of a process; null when the system does not allow it.</summary>
    public static IDisposable? TryHold(OsProcess process)
    {
        var job = CreateJobObjectW(null, null);
        var limits = new ExtendedLimits { LimitFlags = KillOnJobClose };
        if (!job.IsInvalid
            && SetInformationJobObject(job, ExtendedLimitInformation, &limits, (uint)sizeof(ExtendedLimits)) != 0
            && AssignProcessToJobObject(job, process.SafeHandle) != 0)
        {
            return job;
        }

        job.Dispose();
        return null;
    }

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial SafeFileHandle CreateJobObjectW(void* attributes, char* name);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int SetInformationJobObject(SafeFileHandle job, int kind, void* information, uint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION; only the flags are of use here.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimits
    {
        public long PerProcessUserTimeLimit;
        public long PerJobUserTimeLimit;
        public uint LimitFlags;
        public nuint MinimumWorkingSetSize;
        public nuint MaximumWorkingSetSize;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass;
        public uint SchedulingClass;
        public ulong ReadOperationCount;
        public ulong WriteOperationCount;
        public ulong OtherOperationCount;
        public ulong ReadTransferCount;
        public ulong WriteTransferCount;
        public ulong OtherTransferCount;
        public nuint ProcessMemoryLimit;
        public nuint JobMemoryLimit;
        public nuint PeakProcessMemoryUsed;
        public nuint PeakJobMemoryUsed;
    }
}
