using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Which process holds a socket.</summary>
[SupportedOSPlatform("linux")]
internal static class SocketOwners
{
    /// <summary>Takes away the sockets that a process holds. None when this user may not look.</summary>
    /// <returns>How many there were.</returns>
    public static int Take(int pid, HashSet<uint> inodes)
    {
        var taken = 0;
        if (inodes.Count == 0)
        {
            return taken;
        }

        using var sockets = new HeldSockets(pid);
        while (sockets.MoveNext())
        {
            taken += inodes.Remove(sockets.Current) ? 1 : 0;
        }

        return taken;
    }

    /// <summary>True when the process holds the socket. False as well when this user may not look.</summary>
    public static bool Holds(int pid, uint inode)
    {
        using var sockets = new HeldSockets(pid);
        while (sockets.MoveNext())
        {
            if (sockets.Current == inode)
            {
                return true;
            }
        }

        return false;
    }
}
