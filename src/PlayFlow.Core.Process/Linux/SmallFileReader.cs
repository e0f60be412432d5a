using System.Runtime.Versioning;
using System.Text;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Reads the small files the kernel makes up, over and over, into one buffer. Used by one thread at a time.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SmallFileReader
{
    private const int LongestPath = 4096;

    private byte[] _buffer = new byte[16 * 1024];

    /// <summary>The file's bytes, until the next call; none when it cannot be read.</summary>
    public ReadOnlySpan<byte> Read(scoped ReadOnlySpan<char> folder, scoped ReadOnlySpan<char> name)
    {
        Span<byte> path = stackalloc byte[LongestPath];
        if (!Encoding.UTF8.TryGetBytes(folder, path, out var start)
            || start >= path.Length
            || !Encoding.UTF8.TryGetBytes(name, path[(start + 1)..], out var length)
            || start + 1 + length >= path.Length)
        {
            return [];
        }

        path[start] = (byte)'/';
        path[start + 1 + length] = 0;
        fixed (byte* pointer = path)
        {
            var descriptor = Libc.Open(pointer, Libc.CloseOnExec);
            if (descriptor < 0)
            {
                return [];
            }

            var read = ReadAll(descriptor);
            _ = Libc.Close(descriptor);
            return _buffer.AsSpan(0, read);
        }
    }

    /// <summary>A file of a process's folder.</summary>
    public ReadOnlySpan<byte> Read(int pid, scoped ReadOnlySpan<char> name)
    {
        Span<char> folder = stackalloc char[24];
        "/proc/".CopyTo(folder);
        pid.TryFormat(folder[6..], out var digits, provider: System.Globalization.CultureInfo.InvariantCulture);
        return Read(folder[..(6 + digits)], name);
    }

    private int ReadAll(int descriptor)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length * 2);
            }

            nint read;
            fixed (byte* buffer = &_buffer[length])
            {
                read = Libc.Read(descriptor, buffer, _buffer.Length - length);
            }

            if (read <= 0)
            {
                return length;
            }

            length += (int)read;
        }
    }
}
