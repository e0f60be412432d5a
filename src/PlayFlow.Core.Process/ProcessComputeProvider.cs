using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Artefacts;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Process.Portable;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process;

/// <summary>
/// Runs game servers as processes of this machine. Safe to call from any thread.
/// </summary>
/// <remarks>
/// <para>On Linux each game runs under a small shell that outlives this process: a game goes on serving players when this
/// process dies, and the next one takes it up again — running or ended meanwhile, its output without a gap, its exit code known.
/// Its whole process tree ends with it. Ports count as open when that tree holds them. A memory limit is enforced where
/// the system lets this process make control groups.</para>
/// <para>Elsewhere games run as children of this process and end with it (Windows) or at the next start (macOS); open ports are
/// seen but not whose they are, memory is not limited, builds are copied whole, and the files that hold a game's output are
/// not trimmed while it runs.</para>
/// <para>A game is told its port. One that binds the port its build is configured for instead is reached through a relay from
/// the external port.</para>
/// <para>A port that players reach with TLS is served by the terminator, if there is one; the game is told another number, which it
/// binds in plain.</para>
/// <para>Of what a game uses, processor time, memory and TCP connections are those of its whole process tree on Linux; elsewhere
/// processor time and memory are those of its main process, and connections are not told apart. Network bytes are counted
/// where every port of a launch is relayed: payload, on those ports only. No system counts them for a game that serves its
/// ports itself. The load average is the machine's, and unknown on Windows.</para>
/// <para>The clock given has to run as the real one does: what is watched are real processes.</para>
/// </remarks>
public sealed class ProcessComputeProvider : IComputeProvider
{
    private readonly ConcurrentDictionary<ComputeId, Launch> _launches = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ProcessComputeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ProcessComputeProvider> _logger;
    private readonly IProcessPlatform _platform;
    private readonly ReadinessLoop _readiness;
    private readonly LogFollower _logs;
    private readonly ITlsTerminator? _tls;
    private readonly PortHabits _habits = new();
    private readonly BuildCache _builds;
    private readonly string _servers;
    private LaunchContext? _context;
    private bool _disposed;

    /// <summary>A provider of one host. It touches nothing in the data directory before <see cref="StartAsync"/>.</summary>
    /// <param name="options">What it needs to know.</param>
    /// <param name="artefacts">Where the files of builds come from.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Takes what it has to say.</param>
    /// <param name="tls">Serves the ports that players reach with TLS; without it those are served in plain.</param>
    public ProcessComputeProvider(
        ProcessComputeOptions options,
        IBuildArtefacts artefacts,
        TimeProvider timeProvider,
        ILogger<ProcessComputeProvider> logger,
        ITlsTerminator? tls = null)
        : this(options, artefacts, timeProvider, logger, CreatePlatform(options, timeProvider), tls)
    {
    }

    internal ProcessComputeProvider(
        ProcessComputeOptions options,
        IBuildArtefacts artefacts,
        TimeProvider timeProvider,
        ILogger<ProcessComputeProvider> logger,
        IProcessPlatform platform,
        ITlsTerminator? tls = null)
    {
        ArgumentNullException.ThrowIfNull(artefacts);
        ArgumentNullException.ThrowIfNull(logger);
        _options = options;
        _time = timeProvider;
        _logger = logger;
        _platform = platform;
        _tls = tls;
        Hosts = [new ComputeHost(ProcessComputeOptions.HostId, options.Address, options.Ports)];
        var data = Path.GetFullPath(options.DataDirectory);
        _servers = Path.Combine(data, "servers");
        _readiness = new ReadinessLoop(platform.Pause, timeProvider, logger);
        _logs = new LogFollower(timeProvider);
        _builds = new BuildCache(
            Path.Combine(data, "cache"), artefacts, new BuildCopier(platform), options.CachedBuilds, timeProvider, logger);
    }

    /// <inheritdoc/>
    public ImmutableArray<ComputeHost> Hosts { get; }

    /// <inheritdoc/>
    public bool MeasuresUsage => true;

    private LaunchContext Context => _context ?? throw new InvalidOperationException("The provider was not started.");

    /// <inheritdoc/>
    public async Task StartAsync(IComputeObserver observer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _context = new LaunchContext(
            observer, _platform, _logs, _habits, _tls, _options.PortConflictTimeout, _time, _logger, _stopped.Token);
        PrivateFiles.CreateDirectory(_servers);
        _builds.Prepare();
        if (_options.LimitMemory && !_platform.LimitsMemory)
        {
            Log.LimitsNotEnforced(_logger);
        }

        foreach (var folder in Directory.GetDirectories(_servers))
        {
            await AdoptAsync(new LaunchDirectory(folder), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_launches.ContainsKey(request.Id))
        {
            return;
        }

        var arguments = LaunchPlan.CheckedArguments(request);
        var directory = LaunchDirectory.For(_servers, request.Id);
        try
        {
            directory.Create();
            await _builds.ProvideAsync(request.Build, directory.Files, cancellationToken).ConfigureAwait(false);
            var plan = LaunchPlan.Create(
                request, directory, arguments, _options.LimitMemory, _tls is null ? null : FreePort.Find);
            PrivateFiles.CreateAnew(plan.Record.ConfigPath, request.ConfigFile);
            cancellationToken.ThrowIfCancellationRequested();
            var log = OpenLog(directory, plan.Record.Id, outputFrom: 0, errorsFrom: 0);
            var process = _platform.Start(plan.Command, directory, plan.Record);
            var launch = new Launch(Context, directory, plan.Record, process, log, end: null);
            Follow(launch);
            _readiness.Add(launch);
        }
        catch (Exception e)
        {
            Remove(directory);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new ComputeException(StopReason.StartupFailureDownload, "the server's files could not be laid out: " + e.Message, e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken)
    {
        if (_launches.TryGetValue(id, out var launch) && !launch.HasEnded)
        {
            launch.Stop(mode);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken)
    {
        if (_launches.TryGetValue(id, out var launch) && !launch.HasEnded)
        {
            PrivateFiles.Replace(launch.ConfigPath, configFile);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ComputeStatus>>([.. _launches.Values.Select(launch => launch.Status)]);

    /// <inheritdoc/>
    public Task ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (!_launches.TryGetValue(id, out var launch) || !launch.HasEnded || !_launches.TryRemove(id, out _))
        {
            return Task.CompletedTask;
        }

        return Task.Run(() => Remove(launch.Directory), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task ForgetBuildAsync(BuildId build, CancellationToken cancellationToken) => _builds.ForgetAsync(build, cancellationToken);

    /// <inheritdoc/>
    public Task FlushLogsAsync(ComputeId id, CancellationToken cancellationToken) =>
        _launches.TryGetValue(id, out var launch) && !launch.HasEnded
            ? launch.Output.FlushAsync(isLast: false, cancellationToken)
            : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken) => Task.Run(Sample, cancellationToken);

    /// <inheritdoc/>
    public bool IsPortFree(string host, int port, PortProtocol protocol) => _platform.IsPortFree(port, protocol);

    /// <summary>
    /// Lets go of every launch. On Linux games run on, for the next provider of the same data directory to take up; elsewhere
    /// they are ended. Stop them first where that is not wanted. When it returns, this provider writes nothing more.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopped.CancelAsync().ConfigureAwait(false);
        _readiness.Dispose();
        await _logs.DisposeAsync().ConfigureAwait(false);
        foreach (var launch in _launches.Values)
        {
            await launch.DetachAsync().ConfigureAwait(false);
        }

        _platform.Dispose();
        await Task.WhenAll(_launches.Values.Select(launch => launch.Finished)).ConfigureAwait(false);
        _stopped.Dispose();
    }

    private static IProcessPlatform CreatePlatform(ProcessComputeOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentException.ThrowIfNullOrEmpty(options.DataDirectory);
        return OperatingSystem.IsLinux()
            ? new LinuxPlatform(ControlGroups.Discover(Path.GetFullPath(options.DataDirectory)), timeProvider)
            : new PortablePlatform(timeProvider);
    }

    private IReadOnlyList<ComputeReading> Sample()
    {
        Launch[] launches = [.. _launches.Values.Where(launch => !launch.HasEnded)];
        var samples = _platform.Sample([.. launches.Select(launch => launch.Processes)]);
        var readings = new List<ComputeReading>(launches.Length);
        for (var i = 0; i < launches.Length; i++)
        {
            if (samples[i] is { } sample)
            {
                var traffic = launches[i].Traffic;
                readings.Add(new ComputeReading(
                    launches[i].Id, sample with { ReceivedBytes = traffic?.Received, SentBytes = traffic?.Sent }));
            }
        }

        return readings;
    }

    private async Task AdoptAsync(LaunchDirectory directory, CancellationToken cancellationToken)
    {
        var record = directory.IsAside ? null : directory.ReadRecord();
        var end = record is null ? null : directory.ReadEnd();
        var (output, errors) = record is null ? default : await FindPositionsAsync(record.Id, cancellationToken).ConfigureAwait(false);
        GameProcess? process = null;
        FollowedLog log;
        try
        {
            process = record is null ? null
                : end is not null ? new GoneProcess(end)
                : await _platform.AdoptAsync(directory, record).ConfigureAwait(false);
            if (process is null)
            {
                Log.Leftover(_logger, directory.FullPath);
                Remove(directory);
                return;
            }

            directory.CompleteOutput();
            log = OpenLog(directory, record!.Id, output, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Log.NotAdopted(_logger, directory.FullPath, e);
            await EndAsync(process).ConfigureAwait(false);
            Remove(directory);
            return;
        }

        var launch = new Launch(Context, directory, record, process, log, end);
        var isAwaited = launch.Look();
        Follow(launch);
        if (isAwaited)
        {
            _readiness.Add(launch);
        }

        Log.Adopted(_logger, record.Id);
    }

    private static async Task EndAsync(GameProcess? process)
    {
        if (process is not null)
        {
            await process.EndStragglersAsync().ConfigureAwait(false);
            process.Dispose();
        }
    }

    private async Task<(long Output, long Errors)> FindPositionsAsync(ComputeId id, CancellationToken cancellationToken)
    {
        var output = await Context.Observer.GetLogPositionAsync(id, Telemetry.LogLevel.Info, cancellationToken).ConfigureAwait(false);
        var errors = await Context.Observer.GetLogPositionAsync(id, Telemetry.LogLevel.Error, cancellationToken).ConfigureAwait(false);
        return (output, errors);
    }

    private FollowedLog OpenLog(LaunchDirectory directory, ComputeId id, long outputFrom, long errorsFrom) => new(
        id,
        new LogStream(id, Telemetry.LogLevel.Info, directory.Output, outputFrom, _platform.ReleaseDisk),
        new LogStream(id, Telemetry.LogLevel.Error, directory.Errors, errorsFrom, _platform.ReleaseDisk),
        Context.Observer,
        _logger);

    private void Follow(Launch launch)
    {
        _launches[launch.Id] = launch;
        _logs.Add(launch.Id, launch.Output);
        launch.Begin();
    }

    private void Remove(LaunchDirectory directory)
    {
        try
        {
            directory.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotRemoved(_logger, directory.FullPath, e);
        }
    }
}
