using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>The C library's calls that .NET has no managed form of. Numbers are those of Linux on every architecture .NET runs on.</summary>
[SupportedOSPlatform("linux")]
internal static partial class Libc
{
    public const int InetFamily = 2;
    public const int Inet6Family = 10;
    public const int NetlinkFamily = 16;
    public const int DatagramSocket = 2;
    public const int CloseOnExec = 0x80000;
    public const int NetworkNamespace = 0x40000000;

    /// <summary>Moves the calling thread, and no other, to another view of the system.</summary>
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeHandle descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);
}
