using Microsoft.Win32.SafeHandles;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Launching;

/// <summary>What differs from one operating system to another. Safe to call from any thread.</summary>
internal interface IProcessPlatform : IDisposable
{
    /// <summary>Which sockets are there.</summary>
    ISocketTable Sockets { get; }

    /// <summary>Whether a process is held to its memory limit.</summary>
    bool LimitsMemory { get; }

    /// <summary>Starts a game whose output goes to the launch's files, and fills in what the record needs to find it again.</summary>
    /// <exception cref="Compute.ComputeException">The system refused.</exception>
    GameProcess Start(GameCommand command, LaunchDirectory directory, LaunchRecord record);

    /// <summary>
    /// Takes up a launch of an earlier run, running or ended meanwhile. Null when there is no telling that it ever started; what
    /// there was of it has been ended.
    /// </summary>
    Task<GameProcess?> AdoptAsync(LaunchDirectory directory, LaunchRecord record);

    /// <summary>Reads off what each launch's processes use, at its place; null for one that has none left or just starts.</summary>
    ComputeSample?[] Sample(IReadOnlyList<GameProcess> processes);

    /// <summary>True when the number can be bound on all addresses.</summary>
    bool IsPortFree(int port, PortProtocol protocol);

    /// <summary>Gives the disk back what a file holds before an offset, keeping its size. Does nothing where that is not possible.</summary>
    void ReleaseDisk(SafeFileHandle file, long from, long to);

    /// <summary>Makes a second self of a file that costs no space, or a second name if it may; says which.</summary>
    FileSharing Share(string source, string target, bool mayLink);

    /// <summary>Waits, more finely than timers do where the system can.</summary>
    void Pause(TimeSpan time);
}

/// <summary>How a file came to a second place without being copied.</summary>
internal enum FileSharing
{
    /// <summary>It did not: copy it.</summary>
    None,

    /// <summary>As a file of its own that shares its space until one of them is written to.</summary>
    Cloned,

    /// <summary>As a second name of the same file.</summary>
    Linked,
}
