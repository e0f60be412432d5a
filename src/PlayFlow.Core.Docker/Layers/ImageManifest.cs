using System.Text.Json;
using System.Text.Json.Serialization;
using Docker.DotNet.Models;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>What an archive of an image says of it, in the words of the format.</summary>
internal static class ImageManifest
{
    // Of a layer that is not in the archive.
    private const string NotHere = "not-here.tar";

    /// <summary>The list of images: one.</summary>
    /// <param name="config">The file that describes it.</param>
    /// <param name="name">Its name, with the tag.</param>
    /// <param name="below">How many layers are not in the archive.</param>
    /// <param name="layer">The file of the one that is.</param>
    public static byte[] Write(string config, string name, int below, string layer) => JsonSerializer.SerializeToUtf8Bytes(
        [new ArchivedImage(config, [name], [.. Enumerable.Repeat(NotHere, below), layer])], ImageJson.Default.ArchivedImageArray);

    /// <summary>The description of an image: that of another one, with another configuration and other layers.</summary>
    public static byte[] Describe(ImageInspectResponse upon, DockerOCIImageConfig config, IReadOnlyList<string> layers, DateTimeOffset now) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new ImageDescription(upon.Architecture, upon.Variant, upon.Os, now.UtcDateTime, config, new ImageLayers("layers", layers)),
            ImageJson.Default.ImageDescription);
}

/// <summary>An image in an archive.</summary>
internal sealed record ArchivedImage(
    [property: JsonPropertyName("Config")] string Config,
    [property: JsonPropertyName("RepoTags")] IReadOnlyList<string> Names,
    [property: JsonPropertyName("Layers")] IReadOnlyList<string> Layers);

/// <summary>An image, apart from its name and content.</summary>
internal sealed record ImageDescription(
    string Architecture, string? Variant, string Os, DateTime Created, DockerOCIImageConfig Config, ImageLayers Rootfs);

/// <summary>The layers of an image, the lowest first.</summary>
internal sealed record ImageLayers(string Type, [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> Layers);

/// <summary>Times as the engine writes them.</summary>
internal sealed class NanosecondsConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromTicks(reader.GetInt64() / TimeSpan.NanosecondsPerTick);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Ticks * TimeSpan.NanosecondsPerTick);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(NanosecondsConverter)])]
[JsonSerializable(typeof(ArchivedImage[]))]
[JsonSerializable(typeof(ImageDescription))]
internal sealed partial class ImageJson : JsonSerializerContext;
