using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Process.Readiness;

namespace PlayFlow.Core.Process.Launching;

/// <summary>What all launches of a provider share.</summary>
internal sealed record LaunchContext(
    IComputeObserver Observer,
    IProcessPlatform Platform,
    LogFollower Logs,
    PortHabits Habits,
    ITlsTerminator? Tls,
    TimeSpan PortConflictTimeout,
    TimeProvider Time,
    ILogger Logger,
    CancellationToken Stopped);
