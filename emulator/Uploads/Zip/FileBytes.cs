using Microsoft.Win32.SafeHandles;

namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>Reads at an offset, without a position shared between readers.</summary>
internal static class FileBytes
{
    /// <summary>Fills the buffer from the offset on.</summary>
    /// <exception cref="BadArchiveException">The file ends first.</exception>
    public static void ReadExactly(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
                throw new BadArchiveException("The archive is cut short.");
            buffer = buffer[read..];
            offset += read;
        }
    }
}
