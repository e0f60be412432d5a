using System.Collections.Immutable;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>What a made-up server does with its life. Times count from its launch unless they say otherwise.</summary>
public sealed record FakeComputeScript
{
    /// <summary>A server that opens its ports at once, runs until it is stopped and then ends at once.</summary>
    public static FakeComputeScript Obedient { get; } = new();

    /// <summary>A server that never opens its ports.</summary>
    public static FakeComputeScript NeverReady { get; } = new() { ReadyAfter = null };

    /// <summary>How long the launch itself takes; zero by default.</summary>
    public TimeSpan LaunchTakes { get; init; }

    /// <summary>What the launch fails with, after <see cref="LaunchTakes"/>; null, by default, when it succeeds.</summary>
    public FakeLaunchFailure? LaunchFailure { get; init; }

    /// <summary>When its ports are open; zero by default, null for never.</summary>
    public TimeSpan? ReadyAfter { get; init; } = TimeSpan.Zero;

    /// <summary>When it ends by itself; null, by default, for never.</summary>
    public TimeSpan? ExitAfter { get; init; }

    /// <summary>How it ends by itself; with exit code 0 by default.</summary>
    public ComputeExit Exit { get; init; } = ComputeExit.Exited(0);

    /// <summary>How long it takes to end after the termination signal; zero by default, null when it ignores the signal.</summary>
    public TimeSpan? StopTakes { get; init; } = TimeSpan.Zero;

    /// <summary>How it ends after the termination signal; by signal 15 by default.</summary>
    public ComputeExit StopExit { get; init; } = ComputeExit.Signaled(15);

    /// <summary>How long it takes to be gone after it was killed; zero by default.</summary>
    public TimeSpan KillTakes { get; init; }

    /// <summary>The lines it writes; none by default.</summary>
    public ImmutableArray<FakeLogLine> Log { get; init; } = [];

    /// <summary>A server that cannot be launched.</summary>
    /// <param name="reason">The reason word.</param>
    /// <param name="message">The message.</param>
    public static FakeComputeScript FailsToLaunch(StopReason reason, string message) =>
        new() { LaunchFailure = new FakeLaunchFailure(reason, message) };

    /// <summary>A server that opens its ports at once and ends by itself.</summary>
    /// <param name="after">When it ends.</param>
    /// <param name="exit">How it ends.</param>
    public static FakeComputeScript Exits(TimeSpan after, ComputeExit exit) => new() { ExitAfter = after, Exit = exit };
}

/// <summary>A launch that fails.</summary>
/// <param name="Reason">The reason word of the <see cref="ComputeException"/>.</param>
/// <param name="Message">Its message.</param>
public sealed record FakeLaunchFailure(StopReason Reason, string Message);

/// <summary>A line that a made-up server writes.</summary>
/// <param name="After">When, from its launch on.</param>
/// <param name="Text">The line.</param>
/// <param name="Level">Output or error output.</param>
public sealed record FakeLogLine(TimeSpan After, string Text, LogLevel Level = LogLevel.Info);
