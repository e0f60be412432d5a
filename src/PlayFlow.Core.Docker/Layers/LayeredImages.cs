using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Images;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>
/// Images of builds, loaded as one layer: the whole of a build upon the base image, or what has changed since an earlier version
/// upon that one's. So an image has one layer of its own or two, never more, and none of another image. Safe to call from any thread,
/// one call at a time.
/// </summary>
internal sealed class LayeredImages(EngineImages images, LayerListings listings, Func<string> owner, TimeProvider time, ILogger logger)
{
    // A layer of changes is worth its place while it holds at most this part of the build.
    private const int WorthwhilePart = 2;

    private volatile bool _isRefused;

    /// <summary>Makes an image, unless the engine does not take an archive without the layers that it has.</summary>
    /// <param name="image">How it is run, and its name.</param>
    /// <param name="upon">The base image.</param>
    /// <param name="labels">What is written on it.</param>
    /// <param name="entries">What it is to hold.</param>
    /// <param name="build">The build it is of.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is made.</returns>
    /// <exception cref="EngineException">There is no room for it.</exception>
    public async Task<bool> TryMakeAsync(
        GameImage image,
        ImageInspectResponse upon,
        IReadOnlyDictionary<string, string> labels,
        IReadOnlyList<BuildEntry> entries,
        Build build,
        CancellationToken cancellationToken)
    {
        if (_isRefused)
        {
            return false;
        }

        var whole = await LayerListing.ReadAsync([.. upon.RootFS.Layers ?? []], entries, cancellationToken).ConfigureAwait(false);
        if (await FindChangesAsync(build, entries, whole, cancellationToken).ConfigureAwait(false) is { } changes
            && await TryLoadAsync(changes, changes.Below[^1]).ConfigureAwait(false) is not null)
        {
            return true;
        }

        if (await TryLoadAsync(new LayerPlan(whole.Below, entries), null).ConfigureAwait(false) is not { } layer)
        {
            return false;
        }

        listings.Write(layer, whole);
        return true;

        Task<string?> TryLoadAsync(LayerPlan plan, string? wholeLayer) => this.TryLoadAsync(
            plan,
            image.Name,
            layers => ImageManifest.Describe(upon, image.Configure(upon.Config, With(labels, wholeLayer ?? layers[^1])), layers, time.GetUtcNow()),
            cancellationToken);
    }

    /// <summary>Notes that an image was made another way when this one failed: it is not tried again.</summary>
    public void NoteRefused()
    {
        if (!_isRefused)
        {
            _isRefused = true;
            Log.NoLayers(logger);
        }
    }

    /// <summary>Forgets what is known of layers that no image of the provider has any more.</summary>
    public void KeepOnly(IEnumerable<ImagesListResponse> all) => listings.KeepOnly(
        all.Select(static image => image.Labels?.TryGetValue(Labels.Layer, out var layer) == true ? layer : null).OfType<string>());

    private async Task<LayerPlan?> FindChangesAsync(
        Build build, IReadOnlyList<BuildEntry> entries, LayerListing wanted, CancellationToken cancellationToken)
    {
        var all = await images.ListAsync(Labels.OwnedBy(owner(), Labels.Build), cancellationToken).ConfigureAwait(false);
        var earlier = all.Where(image => Labels.AreOf(image.Labels, build) && image.Labels.ContainsKey(Labels.Layer))
            .OrderByDescending(static image => image.Created)
            .Select(static image => image.Labels[Labels.Layer])
            .Distinct(StringComparer.Ordinal);
        foreach (var layer in earlier)
        {
            if (listings.Find(layer) is { } there && there.Below.SequenceEqual(wanted.Below, StringComparer.Ordinal))
            {
                var changes = LayerPlan.Changes(entries, wanted, layer, there);
                return changes.Bytes <= entries.Sum(static entry => entry.Length) / WorthwhilePart ? changes : null;
            }
        }

        return null;
    }

    // The layer made, or null when the engine does not have what it is to lie upon, or does not take such an archive at all.
    private async Task<string?> TryLoadAsync(
        LayerPlan plan, string name, Func<IReadOnlyList<string>, byte[]> describe, CancellationToken cancellationToken)
    {
        var made = string.Empty;
        var archive = new TarPipe(
            async (output, token) => made = await ImageArchive.WriteAsync(output, plan, name, describe, token).ConfigureAwait(false),
            cancellationToken);
        try
        {
            await using (archive.ConfigureAwait(false))
            {
                await images.LoadAsync(archive.Reader, cancellationToken).ConfigureAwait(false);
            }

            // What an engine says of it is not the same everywhere; what it has by then is.
            var found = await images.FindAsync(name, cancellationToken).ConfigureAwait(false);
            return found?.RootFS.Layers?.SequenceEqual([.. plan.Below, made], StringComparer.Ordinal) == true ? made : null;
        }
        catch (EngineException e) when (!e.IsDiskFull)
        {
            Log.NotLoaded(logger, name, e);
            return null;
        }
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> labels, string layer) =>
        new(labels, StringComparer.Ordinal) { [Labels.Layer] = layer };
}
