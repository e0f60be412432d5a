using System.Buffers.Text;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Unicode;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// The inodes of the sockets that a process holds: the links behind its descriptors name them. None when it is gone, or this user
/// may not look. The system's own calls, because .NET's listing asks twice for the state of each link.
/// </summary>
[SupportedOSPlatform("linux")]
internal unsafe ref struct HeldSockets
{
    private const int LongestPath = 32;
    private const int LongestLink = 32;

    private readonly void* _folder;
    private readonly int _descriptor;

    public HeldSockets(int pid)
    {
        Span<byte> path = stackalloc byte[LongestPath];
        Utf8.TryWrite(path, CultureInfo.InvariantCulture, $"/proc/{pid}/fd\0", out _);
        fixed (byte* text = path)
        {
            _folder = Libc.OpenDirectory(text);
        }

        _descriptor = _folder is null ? -1 : Libc.DescriptorOf(_folder);
    }

    /// <summary>The inode; never 0.</summary>
    public uint Current { get; private set; }

    public bool MoveNext()
    {
        while (_folder is not null && Libc.ReadDirectory(_folder) is var entry && entry is not null)
        {
            Current = ReadSocket(entry->Name);
            if (Current != 0)
            {
                return true;
            }
        }

        return false;
    }

    public readonly void Dispose()
    {
        if (_folder is not null)
        {
            _ = Libc.CloseDirectory(_folder);
        }
    }

    // 0, which no socket has, when it is something else or was just closed.
    private readonly uint ReadSocket(byte* name)
    {
        var buffer = stackalloc byte[LongestLink];
        var length = Libc.ReadLinkAt(_descriptor, name, buffer, LongestLink);
        var link = new ReadOnlySpan<byte>(buffer, length < 0 ? 0 : (int)length);
        return link.StartsWith("socket:["u8) && Utf8Parser.TryParse(link[8..], out uint inode, out _) ? inode : 0;
    }
}
