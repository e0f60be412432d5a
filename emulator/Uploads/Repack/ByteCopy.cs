using System.Buffers;

namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>Copies streams with one pooled buffer.</summary>
internal static class ByteCopy
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Copies to the end.</summary>
    public static void Copy(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var count = from.Read(buffer); count > 0; count = from.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                to.Write(buffer, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
