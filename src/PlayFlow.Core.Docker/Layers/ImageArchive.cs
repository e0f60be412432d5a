using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>
/// What an engine loads an image from: a tar with the layers, and files that say how they lie upon each other and how the image is
/// run. Here it holds the topmost layer alone. An engine looks for a layer that it has already by what is in it and below it, and
/// not in the archive.
/// </summary>
internal static class ImageArchive
{
    private const string LayerFile = "layer.tar";
    private const string ConfigFile = "config.json";
    private const string ManifestFile = "manifest.json";
    private const int Block = 512;
    private const long LongestInOctal = (1L << 33) - 1;

    /// <summary>Writes one.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="plan">The layers.</param>
    /// <param name="name">The name of the image, with its tag.</param>
    /// <param name="describe">Makes the description of the image, given all of its layers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The layer made, as engines name it: by the hash of its tar.</returns>
    public static async Task<string> WriteAsync(
        Stream output, LayerPlan plan, string name, Func<IReadOnlyList<string>, byte[]> describe, CancellationToken cancellationToken)
    {
        var length = await LayerTar.MeasureAsync(plan.Entries, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(Header(LayerFile, length), cancellationToken).ConfigureAwait(false);
        var layer = await WriteLayerAsync(output, plan.Entries, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(new byte[Padding(length)], cancellationToken).ConfigureAwait(false);

        await WriteAsync(output, ConfigFile, describe([.. plan.Below, layer]), cancellationToken).ConfigureAwait(false);
        await WriteAsync(output, ManifestFile, ImageManifest.Write(ConfigFile, name, plan.Below.Count, LayerFile), cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(new byte[2 * Block], cancellationToken).ConfigureAwait(false);
        return layer;
    }

    private static async Task<string> WriteLayerAsync(Stream output, IEnumerable<BuildEntry> entries, CancellationToken cancellationToken)
    {
        using var hash = SHA256.Create();
        var hashed = new CryptoStream(output, hash, CryptoStreamMode.Write, leaveOpen: true);
        await using (hashed.ConfigureAwait(false))
        {
            await LayerTar.WriteAsync(hashed, entries, cancellationToken).ConfigureAwait(false);
        }

        return "sha256:" + Convert.ToHexStringLower(hash.Hash!);
    }

    private static async Task WriteAsync(Stream output, string name, byte[] content, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Header(name, content.Length), cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        await output.WriteAsync(new byte[Padding(content.Length)], cancellationToken).ConfigureAwait(false);
    }

    // By hand, since the class library wants the content of a file before it writes the header, and the layer is made on the way.
    private static byte[] Header(string name, long length)
    {
        var header = new byte[Block];
        Encoding.ASCII.GetBytes(name, header.AsSpan(0, 100));
        Encoding.ASCII.GetBytes("0000600\0" + "0000000\0" + "0000000\0", header.AsSpan(100));
        if (length <= LongestInOctal)
        {
            Encoding.ASCII.GetBytes(Octal(length, 11), header.AsSpan(124));
        }
        else
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), length);
        }

        // The checksum counts itself as blanks.
        Encoding.ASCII.GetBytes("00000000000\0" + "        " + "0", header.AsSpan(136));
        Encoding.ASCII.GetBytes("ustar\0" + "00", header.AsSpan(257));
        Encoding.ASCII.GetBytes(Octal(header.Sum(static value => value), 6) + "\0 ", header.AsSpan(148));
        return header;
    }

    private static string Octal(long number, int digits) => Convert.ToString(number, 8).PadLeft(digits, '0');

    private static int Padding(long length) => (int)(-length & (Block - 1));
}
