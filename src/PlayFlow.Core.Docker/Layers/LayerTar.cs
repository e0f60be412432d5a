using System.Formats.Tar;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>A layer as a tar.</summary>
internal static class LayerTar
{
    /// <summary>Writes one.</summary>
    public static Task WriteAsync(Stream output, IEnumerable<BuildEntry> entries, CancellationToken cancellationToken) =>
        WriteAsync(output, entries, static entry => File.OpenRead(entry.Source!), cancellationToken);

    /// <summary>How long it is, without a look at the files.</summary>
    public static async Task<long> MeasureAsync(IEnumerable<BuildEntry> entries, CancellationToken cancellationToken)
    {
        var counter = new CountingStream();
        await WriteAsync(counter, entries, static entry => new UnreadStream(entry.Length), cancellationToken).ConfigureAwait(false);
        return counter.Length;
    }

    private static async Task WriteAsync(
        Stream output, IEnumerable<BuildEntry> entries, Func<BuildEntry, Stream> open, CancellationToken cancellationToken)
    {
        var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            foreach (var entry in entries)
            {
                var written = entry.ToTar();
                using var content = entry.Source is null ? null : open(entry);
                if (content is not null)
                {
                    written.DataStream = content;
                }

                await tar.WriteEntryAsync(written, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
