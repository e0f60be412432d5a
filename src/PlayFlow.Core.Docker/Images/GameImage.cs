using System.Collections.Immutable;
using System.Globalization;
using Docker.DotNet.Models;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Images;

/// <summary>The image of a build, and how a server is run in it.</summary>
internal sealed record GameImage
{
    /// <summary>What the engine calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What is run, or null for the image's own entry point.</summary>
    public string? Executable { get; init; }

    /// <summary>What stands before a server's arguments: the command of an image without an entry point.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The folder it runs in, or nothing for the image's own.</summary>
    public string WorkingDirectory { get; init; } = string.Empty;

    /// <summary>Who runs it, or nothing for the image's own user.</summary>
    public string User { get; init; } = string.Empty;

    /// <summary>The home of that user, or null for the image's own.</summary>
    public string? Home { get; init; }

    /// <summary>Where the game is told to find <c>playflow.json</c>.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>That of an archive, laid upon the base image.</summary>
    public static GameImage OfArchive(string name, Build build) => new()
    {
        Name = name,
        Executable = GameFolder.Executable(build),
        WorkingDirectory = GameFolder.WorkingDirectory(build),
        User = string.Create(CultureInfo.InvariantCulture, $"{GameFolder.User}:{GameFolder.User}"),
        Home = GameFolder.Files,
        ConfigPath = GameFolder.ConfigPath(build),
    };

    /// <summary>One that was pulled: run as its maker says, but for the executable if one is named.</summary>
    public static GameImage OfImage(string name, Build build, DockerOCIImageConfig? config) => new()
    {
        Name = name,
        Executable = build.ExecutablePath is { } path ? FullPath(path, WorkingDirectoryOf(config)) : null,
        Command = build.ExecutablePath is null && config?.Entrypoint is not { Count: > 0 } ? [.. config?.Cmd ?? []] : [],
        ConfigPath = GameFolder.ConfigFile,
    };

    /// <summary>The folder an image runs in.</summary>
    public static string WorkingDirectoryOf(DockerOCIImageConfig? config) =>
        FullPath(config?.WorkingDir is { Length: > 0 } folder ? folder : "/", "/");

    /// <summary>Tells an engine what to run. What is not told, an empty list being something, is as the image has it.</summary>
    public void Apply(CreateContainerParameters container, ImmutableArray<string> arguments)
    {
        (container.Image, container.WorkingDir, container.User) = (Name, WorkingDirectory, User);
        if (Executable is { } executable)
        {
            container.Entrypoint = [executable];
        }

        if (Executable is not null || !arguments.IsEmpty)
        {
            container.Cmd = [.. Command, .. arguments];
        }
    }

    /// <summary>The configuration of an image that runs it by itself.</summary>
    /// <param name="upon">That of the image below, or null.</param>
    /// <param name="labels">What is written on it.</param>
    public DockerOCIImageConfig Configure(DockerOCIImageConfig? upon, IReadOnlyDictionary<string, string> labels)
    {
        var all = new Dictionary<string, string>(upon?.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            all[name] = value;
        }

        return new DockerOCIImageConfig
        {
            User = User,
            WorkingDir = WorkingDirectory,
            Entrypoint = Executable is { } executable ? [executable] : null,
            Cmd = Command,
            Labels = all,
            ExposedPorts = upon?.ExposedPorts,
            Env = upon?.Env,
            Volumes = upon?.Volumes,
            StopSignal = upon?.StopSignal,
            Healthcheck = upon?.Healthcheck,
            Shell = upon?.Shell,
        };
    }

    // Without '.', '..' and doubled slashes.
    private static string FullPath(string path, string folder)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : folder + "/" + path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
