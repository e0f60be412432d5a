using System.Security.Cryptography;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>Images for builds that name one: the base image of the tests with another way to be run.</summary>
internal static class SampleImages
{
    /// <summary>Makes one, with lines as they stand in a Dockerfile.</summary>
    public static async Task<string> MakeAsync(DockerEngineProcess engine, string name, params string[] lines)
    {
        var container = await engine.DockerAsync("create", BaseImages.Plain, "/bin/sh");
        await engine.DockerAsync(["commit", .. lines.SelectMany(line => (string[])["-c", line]), container, name]);
        await engine.DockerAsync("rm", container);
        return name;
    }

    /// <summary>Makes one of files alone, with no way to be run.</summary>
    public static async Task<string> ImportAsync(DockerEngineProcess engine, string name, int bytes = 1)
    {
        var root = Directory.CreateTempSubdirectory("pfd-root-").FullName;
        await File.WriteAllBytesAsync(Path.Combine(root, "data"), RandomNumberGenerator.GetBytes(bytes));
        await engine.ImportAsync(root, name);
        Directory.Delete(root, recursive: true);
        return name;
    }

    /// <summary>Has an engine say that an image is made for another machine.</summary>
    public static async Task ChangeMachineAsync(DockerEngineProcess engine, string image, string machine)
    {
        var folder = Directory.CreateTempSubdirectory("pfd-saved-").FullName;
        var tar = Path.Combine(folder, "image.tar");
        await engine.DockerAsync("save", "-o", tar, image);
        var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
        await Shell.CheckAsync("tar", "-C", files, "-xf", tar);
        foreach (var config in Directory.GetFiles(files, "*.json").Where(file => Path.GetFileName(file) != "manifest.json"))
        {
            await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(config)).Replace("\"amd64\"", $"\"{machine}\"", StringComparison.Ordinal));
        }

        await engine.DockerAsync("rmi", image);
        await Shell.CheckAsync("tar", "-C", files, "-cf", tar, ".");
        await engine.DockerAsync("load", "-i", tar);
        Directory.Delete(folder, recursive: true);
    }
}
