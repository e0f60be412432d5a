using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Security.Cryptography;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>What a layer holds: of each path a word that is the same for the same thing and for nothing else.</summary>
/// <param name="Below">The layers it lies upon, the lowest first, as the engine names them.</param>
/// <param name="Entries">The word of each path.</param>
internal sealed record LayerListing(IReadOnlyList<string> Below, IReadOnlyDictionary<string, string> Entries)
{
    /// <summary>Reads the files to make the listing of a layer.</summary>
    /// <param name="below">The layers it is to lie upon.</param>
    /// <param name="entries">What it is to hold.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LayerListing> ReadAsync(
        IReadOnlyList<string> below, IReadOnlyList<BuildEntry> entries, CancellationToken cancellationToken)
    {
        var words = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(entries, cancellationToken, async (entry, token) => words[entry.Path] = entry.Type switch
        {
            TarEntryType.Directory => "folder",
            TarEntryType.SymbolicLink => "link " + entry.Target,
            _ => $"file {Convert.ToString((int)entry.Mode, 8)} {await HashAsync(entry, token).ConfigureAwait(false)}",
        }).ConfigureAwait(false);
        return new LayerListing(below, words);
    }

    /// <summary>Whether a path is a folder in it.</summary>
    public bool HasFolder(string path) => Entries.GetValueOrDefault(path) == "folder";

    private static async Task<string> HashAsync(BuildEntry entry, CancellationToken cancellationToken)
    {
        var content = File.OpenRead(entry.Source!);
        await using (content.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
        }
    }
}
