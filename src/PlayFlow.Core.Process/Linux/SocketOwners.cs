using System.Runtime.Versioning;
using System.Text;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Which process holds a socket: the link behind one of its descriptors names the socket's inode.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class SocketOwners
{
    private const int LongestLink = 64;

    /// <summary>True when the process holds the socket. False as well when this user may not look.</summary>
    public static bool Holds(int pid, uint inode)
    {
        Span<byte> link = stackalloc byte[LongestLink];
        var wanted = Encoding.ASCII.GetBytes(FormattableString.Invariant($"socket:[{inode}]"));
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries(FormattableString.Invariant($"/proc/{pid}/fd")))
            {
                nint length;
                fixed (byte* buffer = link)
                {
                    length = Libc.ReadLink(descriptor, buffer, LongestLink);
                }

                if (length > 0 && link[..(int)length].SequenceEqual(wanted))
                {
                    return true;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone, or not ours to look at.
        }

        return false;
    }
}
