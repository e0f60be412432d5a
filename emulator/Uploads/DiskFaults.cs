namespace PlayFlow.Emulator.Uploads;

/// <summary>Tells a full disk from other faults of a file system.</summary>
internal static class DiskFaults
{
    private const int NoSpace = 28; // ENOSPC, on Linux and macOS
    private const int LinuxQuota = 122; // EDQUOT
    private const int MacOsQuota = 69;

    // The class library reports room that could not be reserved without the system's number for it.
    private const int NotReserved = unchecked((int)0x80131620);

    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether there was no room.</summary>
    public static bool IsFull(Exception fault) => fault is IOException && fault.HResult is var number &&
        (number == NotReserved || (OperatingSystem.IsWindows()
            ? number is WindowsDiskFull or WindowsHandleDiskFull
            : number is NoSpace || number == (OperatingSystem.IsMacOS() ? MacOsQuota : LinuxQuota)));

    /// <summary>Whether the outside is to blame: another try may succeed.</summary>
    public static bool IsEnvironmental(Exception fault) => fault is IOException or UnauthorizedAccessException;
}
