using System.Collections.Concurrent;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process;
using PlayFlow.Core.Servers;

namespace PlayFlow.Emulator.Hosting;

/// <summary>
/// Ends what is left of emulators that kept nothing and were killed: nobody can take their game servers up again, so they are
/// ended at the next start of an emulator of the same user, and their directories are removed.
/// </summary>
internal sealed class AbandonedDirectories(EmulatorOptions options, ILoggerFactory loggers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where temporary directories are made: in the user's own data, not in the system's folder for temporary files, where another
    /// user could leave a directory that names processes to end.
    /// </summary>
    public static string Root => Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } own
        ? Path.Combine(own, "playflow", "in-memory")
        : Path.Combine(Path.GetTempPath(), "playflow-in-memory-" + Environment.UserName);

    /// <summary>Ends them all. What cannot be ended is left for the next start.</summary>
    public async Task EndAsync()
    {
        if (options.Provider is ComputeKind.Fake || !Directory.Exists(Root))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Root, "*" + DataDirectory.LockSuffix).ToList())
        {
            // Containers are ended by an emulator that uses an engine, too.
            if ((options.Provider is ComputeKind.Docker || !Directory.Exists(DataDirectory.ContainersOf(file)))
                && DataDirectory.TakeAbandoned(file) is { } directory)
            {
                await EndAsync(directory);
            }
        }
    }

    private async Task EndAsync(DataDirectory directory)
    {
        try
        {
            if (Directory.Exists(directory.Servers))
            {
                var processes = new ProcessComputeOptions { DataDirectory = directory.Servers, Ports = PortRange.Create(1, 1) };
                await EndGamesAsync(new ProcessComputeProvider(
                    processes, new NoBuilds(), TimeProvider.System, loggers.CreateLogger<ProcessComputeProvider>()));
            }

            if (Directory.Exists(directory.Containers))
            {
                var docker = Backends.Containers(options, TimeProvider.System, directory, new NoBuilds(), loggers);
                await EndGamesAsync(docker, () => docker.RemoveImagesAsync(CancellationToken.None));
            }

            directory.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ComputeException)
        {
            loggers.CreateLogger<EmulatorHost>().NotRemoved(directory.FullPath, fault);
        }
    }

    private static async Task EndGamesAsync(IComputeProvider provider, Func<Task>? afterwards = null)
    {
        await using var own = provider;
        var ends = new Ends();
        await provider.StartAsync(ends, CancellationToken.None);
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        foreach (var launch in await provider.ListAsync(CancellationToken.None))
        {
            await provider.StopAsync(launch.Id, StopMode.Kill, CancellationToken.None);
            await ends.Of(launch.Id).WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await provider.ForgetAsync(launch.Id, CancellationToken.None);
        }

        await (afterwards?.Invoke() ?? Task.CompletedTask);
    }

    private sealed class Ends : IComputeObserver
    {
        private readonly ConcurrentDictionary<ComputeId, TaskCompletionSource> _ends = new();

        public Task Of(ComputeId id) => _ends.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void ReportPortsOpen(ComputeId id)
        {
        }

        public void ReportEnded(ComputeId id, ComputeExit exit)
        {
            _ = Of(id);
            _ends[id].TrySetResult();
        }

        public ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken) => default;

        public ValueTask<long> GetLogPositionAsync(ComputeId id, Core.Telemetry.LogLevel level, CancellationToken cancellationToken) => new(0);
    }

    private sealed class NoBuilds : IBuildArtefacts
    {
        public Task ExtractAsync(Build build, string directory, CancellationToken cancellationToken) =>
            throw new ComputeException(StopReason.StartupFailureDownload, "nothing is launched here");
    }
}
