using System.Buffers;
using System.Runtime.Versioning;
using System.Text;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Reads the kernel's and the watchdog's files: small, of unknown length, gone the next moment, and read often.</summary>
[SupportedOSPlatform("linux")]
internal static class SmallFile
{
    private const int FirstRead = 4096;

    /// <summary>The whole text, or null when the file is not there or may not be read.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
            try
            {
                var length = 0;
                while (RandomAccess.Read(file, buffer.AsSpan(length), length) is var read and > 0)
                {
                    length += read;
                    if (length == buffer.Length)
                    {
                        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                        buffer.CopyTo(larger, 0);
                        ArrayPool<byte>.Shared.Return(buffer);
                        buffer = larger;
                    }
                }

                return Encoding.UTF8.GetString(buffer, 0, length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The lines that are not empty; none when the file is not there.</summary>
    public static string[] ReadLines(string path) => TryRead(path)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
