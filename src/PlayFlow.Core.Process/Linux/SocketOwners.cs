using System.Buffers.Text;
using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Unicode;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Which process holds a socket: the link behind one of its descriptors names the socket's inode.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class SocketOwners
{
    private const int LongestLink = 64;

    // A small game's sockets are among its first descriptors: to ask for those costs a tenth of listing them all.
    private const int First = 16;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Takes away the sockets that a process holds. None when this user may not look.</summary>
    /// <returns>How many there were.</returns>
    public static int Take(int pid, HashSet<uint> inodes)
    {
        var taken = 0;
        if (inodes.Count == 0)
        {
            return taken;
        }

        try
        {
            foreach (var inode in Sockets(pid))
            {
                taken += inodes.Remove(inode) ? 1 : 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or not ours to look at.
        }

        return taken;
    }

    /// <summary>True when the process holds the socket. False as well when this user may not look.</summary>
    public static bool Holds(int pid, uint inode)
    {
        try
        {
            return inode != 0 && (HoldsFirst(pid, inode) || Sockets(pid).Contains(inode));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or not ours to look at.
        }

        return false;
    }

    private static FileSystemEnumerable<uint> Sockets(int pid) => new(
        FormattableString.Invariant($"/proc/{pid}/fd"), static (ref FileSystemEntry entry) => ReadSocket(entry), All);

    private static bool HoldsFirst(int pid, uint inode)
    {
        Span<byte> path = stackalloc byte[LongestLink];
        for (var descriptor = 0; descriptor < First; descriptor++)
        {
            if (Utf8.TryWrite(path, CultureInfo.InvariantCulture, $"/proc/{pid}/fd/{descriptor}\0", out _) && ReadSocket(path) == inode)
            {
                return true;
            }
        }

        return false;
    }

    private static uint ReadSocket(in FileSystemEntry descriptor)
    {
        Span<byte> path = stackalloc byte[LongestLink];
        var folder = Encoding.ASCII.GetBytes(descriptor.Directory, path);
        path[folder] = (byte)'/';
        var name = Encoding.ASCII.GetBytes(descriptor.FileName, path[(folder + 1)..]);
        path[folder + 1 + name] = 0;
        return ReadSocket(path);
    }

    // The inode behind a descriptor; 0, which no socket has, when it is something else or not there.
    private static uint ReadSocket(ReadOnlySpan<byte> path)
    {
        Span<byte> link = stackalloc byte[LongestLink];
        nint length;
        fixed (byte* file = path)
        fixed (byte* buffer = link)
        {
            length = Libc.ReadLink(file, buffer, LongestLink);
        }

        return length > 0 && link.StartsWith("socket:["u8) && Utf8Parser.TryParse(link[8..(int)length], out uint inode, out _) ? inode : 0;
    }
}
