using ZstdSharp;
using ZstdSharp.Unsafe;

namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>The artefact's compression.</summary>
internal static class TarZst
{
    private const int OutputBuffer = 256 * 1024;

    /// <summary>A stream that compresses into another, checksummed, on threads of its own.</summary>
    public static Stream Compress(Stream output, int level, int workers)
    {
        var stream = new CompressionStream(output, level, OutputBuffer, leaveOpen: true);
        stream.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        stream.SetParameter(ZSTD_cParameter.ZSTD_c_nbWorkers, workers);
        return stream;
    }

    /// <summary>A stream that reads what <see cref="Compress"/> wrote.</summary>
    public static Stream Decompress(Stream input) =>
        new DecompressionStream(input, OutputBuffer, checkEndOfStream: true, leaveOpen: true);
}
