using System.Formats.Tar;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>What to lay upon which layers, so that a build's files are there and no others.</summary>
/// <param name="Below">The layers that are there already, the lowest first.</param>
/// <param name="Entries">The content of the one to be made.</param>
internal sealed record LayerPlan(IReadOnlyList<string> Below, IReadOnlyList<BuildEntry> Entries)
{
    /// <summary>What the name of a file in a layer begins with that stands for the removal of another one.</summary>
    public const string Removed = ".wh.";

    /// <summary>How many bytes of files are to be laid.</summary>
    public long Bytes => Entries.Sum(entry => entry.Length);

    /// <summary>What has changed since another layer, to be laid upon it.</summary>
    /// <param name="entries">What is to be there.</param>
    /// <param name="wanted">The listing of that.</param>
    /// <param name="layer">The other layer, as the engine names it.</param>
    /// <param name="there">What it holds; it lies upon the same layers.</param>
    public static LayerPlan Changes(IReadOnlyList<BuildEntry> entries, LayerListing wanted, string layer, LayerListing there)
    {
        // What is below a folder that is gone, or that is no folder any more, goes with it.
        var removed = there.Entries.Keys
            .Where(path => !wanted.Entries.ContainsKey(path) && wanted.HasFolder(Parent(path)))
            .Order(StringComparer.Ordinal)
            .Select(path => new BuildEntry(TarEntryType.RegularFile, $"{Parent(path)}/{Removed}{path[(path.LastIndexOf('/') + 1)..]}", default));
        var laid = entries.Where(entry => there.Entries.GetValueOrDefault(entry.Path) != wanted.Entries[entry.Path]).Concat(removed).ToList();

        // A folder that a layer does not name itself is made anew, for root.
        var folders = laid.SelectMany(static entry => Above(entry.Path)).ToHashSet(StringComparer.Ordinal);
        var named = laid.Select(static entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        return new LayerPlan(
            [.. wanted.Below, layer], [.. entries.Where(entry => folders.Contains(entry.Path) && !named.Contains(entry.Path)), .. laid]);
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var folder = Parent(path); folder.Length > 0; folder = Parent(folder))
        {
            yield return folder;
        }
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];
}
