using System.Formats.Tar;
using System.Text;
using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>
/// What a container finds as <c>playflow.json</c>: a folder of this system that it sees and cannot write, where the engine runs
/// here; a file copied into it elsewhere, which takes a tenth of a second at the start.
/// </summary>
internal sealed class ConfigFolder(string path)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The folder of a launch.</summary>
    public static ConfigFolder For(string servers, ComputeId id) => new(Path.Combine(servers, SafeName.From(id.ToString())));

    /// <summary>Its name, unique among the launches of a data directory.</summary>
    public string Name => Path.GetFileName(path);

    /// <summary>How the engine is told to show it. Ends in what systems with labels on files want, and others take no notice of.</summary>
    public string Mount => $"{path}:{GameFolder.Config}:ro,z";

    /// <summary>Whether the engine can be told of a path like this: a colon means something to it.</summary>
    public static bool CanMount(string servers) => !servers.Contains(':', StringComparison.Ordinal);

    /// <summary>Writes the file anew; a reader finds the old text or the new, never half of one.</summary>
    public void Write(string text)
    {
        // Others on this machine do not get past the folder above; the game, which is another user, has to read it.
        Directory.CreateDirectory(path);
        var file = Path.Combine(path, ServerConfigFile.Name);
        var unfinished = file + ".part";
        File.WriteAllText(unfinished, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Readable | Execute);
            File.SetUnixFileMode(unfinished, Readable);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    /// <summary>Copies the file into a container.</summary>
    public static async Task CopyAsync(DockerEngine engine, string container, string text, CancellationToken cancellationToken)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            // The image says which user reads it; there are no others in there.
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, GameFolder.Config.TrimStart('/')) { Mode = Readable | Execute });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, GameFolder.ConfigFile.TrimStart('/')) { Mode = Readable, DataStream = content });
        }

        tar.Position = 0;
        await engine.CallAsync(
            (client, token) => client.Containers.ExtractArchiveToContainerAsync(
                container, new CopyToContainerParameters { Path = "/" }, tar, token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the folder, if it is there.</summary>
    public void Delete()
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
