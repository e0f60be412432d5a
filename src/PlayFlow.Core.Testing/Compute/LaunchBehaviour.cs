using System.Collections.Immutable;

namespace PlayFlow.Core.Testing.Compute;

/// <summary>
/// What a server launched by <see cref="ComputeProviderContract"/> is to do: it writes <see cref="Lines"/>, opens its ports, and either
/// ends with <see cref="ExitCode"/> or runs until it is stopped.
/// </summary>
public sealed record LaunchBehaviour
{
    /// <summary>Opens its ports and runs until it gets the termination signal.</summary>
    public static LaunchBehaviour Runs { get; } = new();

    /// <summary>Never opens its ports, and runs until it gets the termination signal.</summary>
    public static LaunchBehaviour NeverOpensPorts { get; } = new() { OpensPorts = false };

    /// <summary>Opens its ports and takes no notice of the termination signal.</summary>
    public static LaunchBehaviour IgnoresTermination { get; } = new() { HeedsTermination = false };

    /// <summary>Cannot be launched: its executable is missing, or whatever makes the provider's launch fail.</summary>
    public static LaunchBehaviour CannotBeLaunched { get; } = new() { IsLaunchable = false };

    /// <summary>Whether it can be launched at all.</summary>
    public bool IsLaunchable { get; init; } = true;

    /// <summary>Whether it opens its ports, after it has written its lines.</summary>
    public bool OpensPorts { get; init; } = true;

    /// <summary>Whether it ends when it gets the termination signal.</summary>
    public bool HeedsTermination { get; init; } = true;

    /// <summary>The code it ends with by itself once all else is done; null when it runs until it is stopped.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The lines it writes to its output, in order.</summary>
    public ImmutableArray<string> Lines { get; init; } = [];

    /// <summary>The lines it writes to its error output, in order.</summary>
    public ImmutableArray<string> ErrorLines { get; init; } = [];

    /// <summary>Opens no port and ends by itself.</summary>
    /// <param name="exitCode">The code, 0 to 125.</param>
    public static LaunchBehaviour Exits(int exitCode) => new() { OpensPorts = false, ExitCode = exitCode };

    /// <inheritdoc/>
    public override string ToString() =>
        !IsLaunchable ? "cannot be launched"
        : (OpensPorts ? "opens its ports" : "opens no port")
            + (ExitCode is { } code ? $", exits with {code}" : HeedsTermination ? ", runs" : ", runs and ignores termination");
}
