using System.Text.Json;
using System.Text.Json.Serialization;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>
/// What the layers hold that whole builds were laid as, in a file a layer. One that is lost costs the next version of its build a
/// whole layer. Safe to call from any thread.
/// </summary>
internal sealed class LayerListings(string folder)
{
    private const string Suffix = ".json";

    private readonly Lock _writing = new();

    /// <summary>The listing of a layer, or null.</summary>
    public LayerListing? Find(string layer)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(FileOf(layer)), LayerJson.Default.LayerListing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Sets that of a layer.</summary>
    public void Write(string layer, LayerListing listing)
    {
        lock (_writing)
        {
            PrivateFolder.Create(folder);
            var unfinished = FileOf(layer) + ".part";
            File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(listing, LayerJson.Default.LayerListing));
            File.Move(unfinished, FileOf(layer), overwrite: true);
        }
    }

    /// <summary>Removes those of all other layers, and what an interrupted run left half-written.</summary>
    public void KeepOnly(IEnumerable<string> layers)
    {
        lock (_writing)
        {
            var kept = layers.Select(FileOf).ToHashSet(StringComparer.Ordinal);
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder).Where(file => !kept.Contains(file)) : [])
            {
                File.Delete(file);
            }
        }
    }

    private string FileOf(string layer) => Path.Combine(folder, SafeName.From(layer) + Suffix);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LayerListing))]
internal sealed partial class LayerJson : JsonSerializerContext;
