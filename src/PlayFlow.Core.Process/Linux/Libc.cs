using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// The C library's calls that .NET has no managed form of, or none that is refused without an exception. Numbers are those of Linux on
/// every architecture .NET runs on.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class Libc
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public const int ErrNoEntry = 2;
    public const int ErrInterrupted = 4;
    public const int ErrAgain = 11;
    public const int ErrConnectionRefused = 111;

    public const int InetFamily = 2;
    public const int Inet6Family = 10;
    public const int NetlinkFamily = 16;
    public const int CloseOnExec = 0x80000;

    public const int DoNotWait = 0x40;
    public const int UdpLevel = 17;
    public const int UdpSegment = 103;

    public const uint EpollIn = 1;
    public const int EpollAdd = 1;
    public const int EpollRemove = 2;

    private const long PidfdOpenNumber = 434;
    private const long PidfdSendSignalNumber = 424;

    /// <summary>A descriptor that becomes readable when the process ends; -1 when there is none or the kernel knows no such thing.</summary>
    public static int OpenPidfd(int pid) => (int)Syscall(PidfdOpenNumber, pid, 0, 0, 0);

    public static int SendSignal(int pidfd, int signal) => (int)Syscall(PidfdSendSignalNumber, pidfd, signal, 0, 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long a, long b, long c, long d);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveDirectory(string path);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, void* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, void* events, int maximum, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    public static partial int Nanosleep(TimeSpec* duration, TimeSpec* remaining);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, void* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(int socket, int level, int name, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(int socket, int level, int name, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, void* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, void* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(int socket, ReceivedMessage* messages, uint count, int flags, TimeSpec* timeout);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int IoControl(SafeHandle descriptor, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Fallocate(SafeHandle descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "readlinkat")]
    public static partial nint ReadLinkAt(int folder, byte* name, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "opendir")]
    public static partial void* OpenDirectory(byte* path);

    [LibraryImport("libc", EntryPoint = "dirfd")]
    public static partial int DescriptorOf(void* directory);

    [LibraryImport("libc", EntryPoint = "readdir")]
    public static partial DirectoryEntry* ReadDirectory(void* directory);

    [LibraryImport("libc", EntryPoint = "closedir")]
    public static partial int CloseDirectory(void* directory);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(
        int* pid, byte* path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitializeAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitializeFileActions(void* fileActions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyFileActions(void* fileActions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    public static partial int AddOpen(void* fileActions, int descriptor, byte* path, int flags, uint mode);

    /// <summary>The C library's <c>timespec</c> on 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>The C library's <c>dirent</c> on 64-bit systems; its name ends in a zero.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct DirectoryEntry
    {
        public ulong Inode;
        public long Offset;
        public ushort Length;
        public byte Type;
        public fixed byte Name[256];
    }

    /// <summary>The C library's <c>iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public void* Start;
        public nint Length;
    }

    /// <summary>The C library's <c>msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public int NameLength;
        public IoVector* Vectors;
        public nint VectorCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
    }

    /// <summary>The C library's <c>mmsghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ReceivedMessage
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>A <c>cmsghdr</c> with the size to cut a datagram into.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SegmentSize
    {
        public nint Length;
        public int Level;
        public int Type;
        public ushort Value;

        public static SegmentSize Of(ushort value) =>
            new() { Length = sizeof(nint) + (2 * sizeof(int)) + sizeof(ushort), Level = UdpLevel, Type = UdpSegment, Value = value };
    }
}
