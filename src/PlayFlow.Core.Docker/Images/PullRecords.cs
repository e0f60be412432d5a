using System.Text.Json;
using System.Text.Json.Serialization;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// What is known of the image of each build that names one, in a file a build: so that what was pulled goes with the last build
/// that uses it, and nothing else does. Never holds credentials. Not thread-safe.
/// </summary>
internal sealed class PullRecords(string folder)
{
    private const string Suffix = ".json";

    /// <summary>That of a build, or null.</summary>
    public PullRecord? Find(BuildId build) => Read(FileOf(build));

    /// <summary>Those of all builds.</summary>
    public IReadOnlyList<(string File, PullRecord Record)> All() => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFiles(folder, "*" + Suffix)
            .Select(file => (file, Read(file)!))
            .Where(found => found.Item2 is not null),
    ];

    /// <summary>Sets that of a build.</summary>
    public void Write(BuildId build, PullRecord record) => Write(FileOf(build), record);

    /// <summary>Sets the one in a file.</summary>
    public void Write(string file, PullRecord record)
    {
        PrivateFolder.Create(folder);
        var unfinished = file + ".part";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(record, PullRecordJson.Default.PullRecord));
        File.Move(unfinished, file, overwrite: true);
    }

    /// <summary>Removes that of a build.</summary>
    public void Delete(BuildId build)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(FileOf(build));
        }
    }

    /// <summary>The file of a build's.</summary>
    public string FileOf(BuildId build) => Path.Combine(folder, SafeName.From(build.Value) + Suffix);

    private static PullRecord? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), PullRecordJson.Default.PullRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>The image of a build.</summary>
/// <param name="Name">The name it has, or is to get, on the engine.</param>
/// <param name="WasPulled">Whether it got there by a pull for a build of this provider.</param>
/// <param name="Id">Its id on the engine; null until it is there and was looked at.</param>
/// <param name="Digest">The name that stands for this content for ever; null until then, and for one that no registry knows.</param>
internal sealed record PullRecord(string Name, bool WasPulled, string? Id = null, string? Digest = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PullRecord))]
internal sealed partial class PullRecordJson : JsonSerializerContext;
