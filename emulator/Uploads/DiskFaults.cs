namespace PlayFlow.Emulator.Uploads;

/// <summary>Tells a full disk from other faults of a file system.</summary>
internal static class DiskFaults
{
    private const int NoSpace = 28; // ENOSPC, on Linux and macOS
    private const int LinuxQuota = 122; // EDQUOT
    private const int MacOsQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether there was no room.</summary>
    public static bool IsFull(Exception fault) => fault is IOException && (OperatingSystem.IsWindows()
        ? fault.HResult is WindowsDiskFull or WindowsHandleDiskFull
        : fault.HResult is NoSpace or WindowsDiskFull || fault.HResult == (OperatingSystem.IsMacOS() ? MacOsQuota : LinuxQuota));

    /// <summary>Whether the outside is to blame: another try may succeed.</summary>
    public static bool IsEnvironmental(Exception fault) => fault is IOException or UnauthorizedAccessException;
}
