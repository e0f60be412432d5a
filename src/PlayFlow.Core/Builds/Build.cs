using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Builds;

/// <summary>What a build is made of.</summary>
public enum BuildType
{
    /// <summary>An uploaded archive.</summary>
    Zip,

    /// <summary>A container image.</summary>
    DockerImage,
}

/// <summary>Where a build is in its life: uploading → processing → ready or failed; deleted from anywhere.</summary>
public enum BuildState
{
    /// <summary>Its record exists; the archive has not arrived whole.</summary>
    Uploading,

    /// <summary>The archive is being checked and repacked.</summary>
    Processing,

    /// <summary>Servers can start from it.</summary>
    Ready,

    /// <summary>It could not be made runnable; its log says why.</summary>
    Failed,

    /// <summary>Removed; still readable, never startable.</summary>
    Deleted,
}

/// <summary>One version of what servers run. Immutable.</summary>
public sealed record Build
{
    /// <summary>The file an archive is run by when the upload names none.</summary>
    public const string DefaultExecutablePath = "Server.x86_64";

    /// <summary>The most characters a build's name has; recommended, the service publishes none.</summary>
    public const int MaxNameLength = 255;

    /// <summary>The name a build gets when the upload gives none.</summary>
    public const string DefaultName = "default";

    /// <summary>The build.</summary>
    public required BuildId Id { get; init; }

    /// <summary>The project it belongs to.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>What servers call its version tag.</summary>
    public required string Name { get; init; }

    /// <summary>Counts from 1 per name and project; never reused.</summary>
    public required int Version { get; init; }

    /// <summary>What it is made of.</summary>
    public required BuildType Type { get; init; }

    /// <summary>The file to run, inside the archive or the image; null only for an image with a command of its own.</summary>
    public required string? ExecutablePath { get; init; }

    /// <summary>The image to pull, for <see cref="BuildType.DockerImage"/>.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required BuildState State { get; init; }

    /// <summary>When its record was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state last changed; null before the first change.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }
}
