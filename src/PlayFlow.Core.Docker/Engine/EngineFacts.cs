namespace PlayFlow.Core.Docker.Engine;

/// <summary>What an engine is.</summary>
/// <param name="Version">Its own version, to be told to people.</param>
/// <param name="Processors">How many processors it may use.</param>
/// <param name="IsLocal">Whether it runs on this system itself: it sees the same files and processes under the same names.</param>
/// <param name="Architecture">The machine whose programs it runs, as images name it: <c>amd64</c>. Empty when it does not tell.</param>
internal sealed record EngineFacts(string Version, int Processors, bool IsLocal, string Architecture)
{
    private const string KernelFile = "/proc/sys/kernel/osrelease";

    /// <summary>The oldest API that has all that is used: that of engine 20.10.</summary>
    public static readonly System.Version OldestApi = new(1, 41);

    /// <summary>
    /// Whether an engine that calls its machine so runs on this system. That of Docker Desktop runs in a machine of its own, and
    /// a program in a container reaches an engine outside through its socket.
    /// </summary>
    public static bool IsHere(Uri endpoint, string? machine, string? kernel) =>
        OperatingSystem.IsLinux()
        && endpoint.Scheme == "unix"
        && machine == Environment.MachineName
        && File.Exists(KernelFile)
        && File.ReadAllText(KernelFile).Trim() == kernel;
}
