using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// A running fleet: takes commands, writes down what they lead to before it answers, and sees to it that the outside follows.
/// Every method is safe to call from any thread. Owns the provider and the stores it is given: disposing it disposes them.
/// </summary>
public sealed partial class FleetOrchestrator : IAsyncDisposable
{
    private readonly OrchestratorOptions _options;
    private readonly IComputeProvider _compute;
    private readonly IFleetStore _store;
    private readonly IIdSource _ids;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FleetLoop _loop;
    private readonly EffectRunner _effects;
    private readonly LogPipeline _logs;
    private readonly Reconciler _reconciler;
    private readonly ComputeReports _reports;
    private readonly PoolKeeper _pools;
    private readonly MetricSampler _metrics;
    private readonly ServerWatch _watch;
    private readonly IDisposable? _settling;
    private int _disposed;

    /// <summary>A fleet that is not running yet: call <see cref="StartAsync"/>.</summary>
    public FleetOrchestrator(
        OrchestratorOptions options,
        IComputeProvider compute,
        IBuildProcessor builds,
        IFleetStore store,
        ILogStore logs,
        IIdSource ids,
        TimeProvider time,
        ILogger<FleetOrchestrator> logger)
    {
        _options = options;
        _compute = compute;
        _store = store;
        _ids = ids;
        _time = time;
        _logger = logger;
        _logs = new LogPipeline(logs, time, logger);
        _effects = new EffectRunner(options, compute, builds, logger)
        {
            ReportEnded = (id, exit) => _reports!.ReportEnded(id, exit),
            ReportHandedOver = id => _reports!.ReportPortsOpen(id),
            ReportProcessed = (id, succeeded) => _loop!.Post(now => new FleetCommand.FinishProcessing(now, id, succeeded)),
            BuildLog = (build, line) => _logs.Write(build.Project, BuildLogOf(build.Id), line),
            ServerLog = WriteServerLog,
        };
        _loop = new FleetLoop(options, store, compute, time, logger)
        {
            Act = _effects.Run,
            Written = Narrate,
            Recovered = () => _reconciler!.ReconcileAsync(CancellationToken.None),
        };
        _watch = new ServerWatch(_loop.View);
        _reports = new ComputeReports(_loop, _logs);
        _reconciler = new Reconciler(_loop, _effects, compute, logger);
        _pools = new PoolKeeper(_loop, ids, time, options.PoolInterval);
        _metrics = new MetricSampler(_loop.View, compute, time, options.MaxMetricBytes, logger);
        _settling = (time as VirtualClock)?.SettleWith(WhenSettledAsync);
    }

    /// <summary>The figures and switches of the rules.</summary>
    public FleetRules Rules => _options.Rules;

    /// <summary>Every project.</summary>
    public IEnumerable<Project> Projects => _loop.View.Projects;

    /// <summary>Loads the fleet, takes up what still runs of it, and begins to act.</summary>
    /// <exception cref="StoreException">A store cannot be read, or servers it has run with another provider than this one.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _logs.StartAsync(cancellationToken).ConfigureAwait(false);
        await _loop.StartAsync(cancellationToken).ConfigureAwait(false);
        RefuseServersOfAnotherProvider();
        foreach (var host in _compute.Hosts)
        {
            await _loop.ExecuteAsync(now => new FleetCommand.OfferHost(now, host), static (_, _) => true).ConfigureAwait(false);
        }

        await _compute.StartAsync(_reports, cancellationToken).ConfigureAwait(false);
        await _reconciler.ReconcileAsync(cancellationToken).ConfigureAwait(false);
        _reports.PassEarlyReports();
        _loop.KeepDeadlines();
        _pools.Start();
        _metrics.Start();
    }

    /// <summary>
    /// Stops every server, and returns when all of them have ended or the token is cancelled. When the journal cannot be
    /// written their processes are ended all the same; the next start notes it.
    /// </summary>
    public async Task StopServersAsync(StopReason reason, CancellationToken cancellationToken = default)
    {
        var live = _loop.Inspect(fleet => fleet.Servers.Where(server => server.State is not ServerState.Stopped).ToList());
        var isWritten = true;
        foreach (var server in live)
        {
            var stopped = await _loop.ExecuteAsync(
                now => new FleetCommand.RequestStop(now, server.Id, reason), static (_, _) => true).ConfigureAwait(false);
            isWritten &= stopped.Problem?.Code is not ProblemCode.StoreUnavailable;
        }

        if (!isWritten)
        {
            await new UnwrittenStop(_compute, Rules.StopGrace, _logger).StopAllAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await _reports.WhenAllEndedAsync(cancellationToken).ConfigureAwait(false);
        await _effects.WhenIdleAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Completes at a moment when everything decided is written down, every effect of it carried out, and nothing has followed
    /// from that. What processes do on their own is not waited for.
    /// </summary>
    public async Task WhenSettledAsync()
    {
        long before;
        do
        {
            before = _loop.Inspect(fleet => fleet.Sequence);
            await _loop.DrainAsync().ConfigureAwait(false);
            await _pools.WhenIdleAsync().ConfigureAwait(false);
            await _metrics.WhenIdleAsync().ConfigureAwait(false);
            await _effects.WhenIdleAsync().ConfigureAwait(false);
        }
        while (_loop.Inspect(fleet => fleet.Sequence) != before);
    }

    /// <summary>Whose key it is and of which kind, or null. Takes the same time for every wrong key.</summary>
    public (Project Project, KeyKind Kind)? Authenticate(string key) =>
        _loop.View.Keys.Find(key) is { } found && _loop.View.FindProject(found.Project) is { } project ? (project, found.Kind) : null;

    /// <summary>A project, or null.</summary>
    public Project? FindProject(ProjectId id) => _loop.View.FindProject(id);

    /// <summary>Makes a project, or changes its name, keys or plan. Doing so again changes nothing.</summary>
    public ValueTask<Result<Project>> ConfigureProjectAsync(ProjectId id, string name, ProjectKeys keys, Plan plan) =>
        _loop.ExecuteAsync(now => new FleetCommand.ConfigureProject(now, id, name, keys, plan), (fleet, _) => fleet.FindProject(id)!);

    /// <summary>Changes a project's settings. Running servers keep theirs.</summary>
    /// <param name="project">The project.</param>
    /// <param name="change">Makes the new settings of the present ones; called under the fleet's lock.</param>
    public ValueTask<Result<Project>> ChangeSettingsAsync(ProjectId project, Func<ProjectSettings, ProjectSettings> change) =>
        _loop.ExecuteAsync(
            now => new FleetCommand.ReplaceSettings(
                now, project, change(_loop.Inspect(fleet => fleet.FindProject(project)?.Settings ?? ProjectSettings.New(now))) with { UpdatedAt = now }),
            (fleet, _) => fleet.FindProject(project)!);

    /// <summary>Starts a server; returns while its process is being launched. Not idempotent: each call makes a server.</summary>
    public ValueTask<Result<GameServer>> StartServerAsync(ProjectId project, ServerStart start)
    {
        var id = new InstanceId(_ids.Next());
        var spec = start.Spec.MatchId is null ? start.Spec with { MatchId = _ids.Next() } : start.Spec;
        return _loop.ExecuteAsync(
            now => new FleetCommand.StartServer(now, project, id, spec, start.VersionTag, start.Version),

            // Which may be a pool server with an id of its own.
            static (_, commit) => (GameServer)commit.Events[^1].After!);
    }

    /// <summary>Replaces a server's custom data as a whole, in any status.</summary>
    public ValueTask<Result<GameServer>> ReplaceCustomDataAsync(ProjectId project, InstanceId id, string? customData) =>
        ForServerAsync(project, id, now => new FleetCommand.ReplaceCustomData(now, id, customData));

    /// <summary>Stops a server. Stopping it again is harmless.</summary>
    public ValueTask<Result<GameServer>> StopServerAsync(ProjectId project, InstanceId id, StopReason reason) =>
        ForServerAsync(project, id, now => new FleetCommand.RequestStop(now, id, reason));

    /// <summary>Restarts a server on new ports.</summary>
    public ValueTask<Result<GameServer>> RestartServerAsync(ProjectId project, InstanceId id, RestartChanges changes) =>
        ForServerAsync(project, id, now => new FleetCommand.RequestRestart(now, id, changes));

    /// <summary>A server in any status, however long ago it stopped, or null when the project has none of that id.</summary>
    public async ValueTask<GameServer?> FindServerAsync(ProjectId project, InstanceId id, CancellationToken cancellationToken = default)
    {
        var server = await FindServerAsync(id, cancellationToken).ConfigureAwait(false);
        return server?.Project == project ? server : null;
    }

    /// <summary>
    /// Completes with the server once it has a status; or once it has stopped, after which there is no other. How long to wait
    /// for a game to get there is the caller's to say.
    /// </summary>
    public async Task<Result<GameServer>> WaitForStatusAsync(
        ProjectId project, InstanceId id, ServerStatus status, CancellationToken cancellationToken = default)
    {
        if (await FindServerAsync(project, id, cancellationToken).ConfigureAwait(false) is not { } server)
        {
            return Problem.ServerNotFound;
        }

        return await _watch.WaitAsync(id, status, cancellationToken).ConfigureAwait(false)
            ?? await FindServerAsync(project, id, cancellationToken).ConfigureAwait(false)
            ?? server;
    }

    /// <summary>A page of a project's running servers, newest first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="includeLaunching">Whether launching ones count too.</param>
    /// <param name="includePool">Whether idle pool servers count too.</param>
    /// <param name="offset">How many to skip.</param>
    /// <param name="limit">How many to return at most.</param>
    /// <returns>The page, and how many there are over all pages.</returns>
    public (IReadOnlyList<GameServer> Servers, int Total) ListServers(
        ProjectId project, bool includeLaunching, bool includePool, int offset, int limit) =>
        _loop.View.ListServers(project, includeLaunching, includePool, offset, limit);

    /// <summary>An id for a build whose archive comes in before its record is made.</summary>
    public BuildId NextBuildId() => new(_ids.Next());

    /// <summary>Makes a build's record.</summary>
    /// <param name="project">The project.</param>
    /// <param name="name">The build's name.</param>
    /// <param name="type">An archive, to be uploaded, or an image, processed at once.</param>
    /// <param name="executablePath">The file to run.</param>
    /// <param name="imageUrl">The image, for an image.</param>
    /// <param name="newId">The build's id, of <see cref="NextBuildId"/>; a new one when null.</param>
    /// <param name="credentials">What the image's registry wants. In memory only, until the image has been processed.</param>
    public async ValueTask<Result<Build>> CreateBuildAsync(
        ProjectId project,
        string name,
        BuildType type,
        string? executablePath,
        string? imageUrl = null,
        BuildId? newId = null,
        RegistryCredentials? credentials = null)
    {
        var id = newId ?? NextBuildId();
        if (credentials is not null && type is BuildType.DockerImage)
        {
            _effects.Keep(id, credentials);
        }

        var result = await _loop.ExecuteAsync(
            now => new FleetCommand.CreateBuild(now, project, id, name, type, executablePath, imageUrl),
            (fleet, _) => fleet.FindBuild(id)!).ConfigureAwait(false);
        if (result.Problem is not null)
        {
            _effects.Take(id);
        }

        return result;
    }

    /// <summary>Begins to process a build whose upload is whole, or that failed. Harmless when it is processed already.</summary>
    public ValueTask<Result<Build>> ProcessBuildAsync(BuildId id) =>
        _loop.ExecuteAsync(now => new FleetCommand.BeginProcessing(now, id), (fleet, _) => fleet.FindBuild(id)!);

    /// <summary>Deletes a build: nothing more starts from it, running servers stay. Deleting it again is harmless.</summary>
    public async ValueTask<Result<Build>> DeleteBuildAsync(ProjectId project, BuildId id) =>
        FindBuild(project, id) is null
            ? Problem.BuildNotFound
            : await _loop.ExecuteAsync(now => new FleetCommand.DeleteBuild(now, id), (fleet, _) => fleet.FindBuild(id)!).ConfigureAwait(false);

    /// <summary>A build in any state, or null.</summary>
    public Build? FindBuild(BuildId id) => _loop.View.FindBuild(id);

    /// <summary>A project's build in any state, or null.</summary>
    public Build? FindBuild(ProjectId project, BuildId id) => FindBuild(id) is { } build && build.Project == project ? build : null;

    /// <summary>A page of a project's builds, newest first, deleted ones left out.</summary>
    /// <param name="project">The project.</param>
    /// <param name="name">Only builds of that name, or null.</param>
    /// <param name="offset">How many to skip.</param>
    /// <param name="limit">How many to return at most.</param>
    /// <returns>The page, and how many there are over all pages.</returns>
    public (IReadOnlyList<Build> Builds, int Total) ListBuilds(ProjectId project, string? name, int offset, int limit) =>
        _loop.View.ListBuilds(project, name, offset, limit);

    /// <summary>Reads a server's log, up to the last line its process has written.</summary>
    public async ValueTask<IReadOnlyList<LogRecord>> ReadServerLogAsync(GameServer server, LogQuery query, CancellationToken cancellationToken = default)
    {
        var source = await CompleteServerLogAsync(server, cancellationToken).ConfigureAwait(false);
        return await _logs.Store.ReadAsync(query with { Source = source }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a server used up to now. Measured every 15 seconds, kept for 24 hours, and not through a restart of this process.</summary>
    /// <param name="server">The server, in any status.</param>
    /// <param name="period">How far back to look, more than zero.</param>
    /// <param name="step">What to average over: whole seconds, at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period or the step is none.</exception>
    public ServerMetrics ReadMetrics(GameServer server, TimeSpan period, TimeSpan step) =>
        _metrics.Read((server ?? throw new ArgumentNullException(nameof(server))).Id, period, step);

    /// <summary>Reads a page of a build's log.</summary>
    /// <returns>The lines, and how many there are over all pages.</returns>
    public async ValueTask<(IReadOnlyList<LogRecord> Lines, long Total)> ReadBuildLogAsync(
        Build build, int offset, int limit, CancellationToken cancellationToken = default)
    {
        var source = BuildLogOf(build.Id);
        await _logs.FlushAsync(source, cancellationToken).ConfigureAwait(false);
        var lines = await _logs.Store.ReadAsync(new LogQuery { Source = source, Offset = offset, Limit = limit }, cancellationToken).ConfigureAwait(false);
        return (lines, await _logs.Store.CountAsync(source, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Writes a line into a build's log.</summary>
    public void WriteBuildLog(Build build, string line) => _logs.Write(build.Project, BuildLogOf(build.Id), line);

    /// <summary>
    /// Writes down what is decided and lets go of everything. Servers that still run are left to the provider, which may find
    /// them again at the next start.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _settling?.Dispose();
        await _pools.DisposeAsync().ConfigureAwait(false);
        await _pools.WhenIdleAsync().ConfigureAwait(false);
        await _metrics.DisposeAsync().ConfigureAwait(false);
        _effects.StopProcessing();
        await FinishAsync().ConfigureAwait(false);
        await _compute.DisposeAsync().ConfigureAwait(false);
        await FinishAsync().ConfigureAwait(false);
        await _loop.DisposeAsync().ConfigureAwait(false);
        await _logs.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _effects.Dispose();
    }

    // What is still on its way to the journal has effects too.
    private async Task FinishAsync()
    {
        await _loop.DrainAsync().ConfigureAwait(false);
        await _effects.WhenIdleAsync().ConfigureAwait(false);
    }

    // They would be noted as ended while their processes run on. A provider that lost some of its hosts is still the one it was.
    private void RefuseServersOfAnotherProvider()
    {
        var live = _loop.Inspect(fleet => fleet.Servers.Where(server => server.State is not ServerState.Stopped).ToList());
        if (live.Count > 0 && !live.Any(server => _compute.Hosts.Any(host => host.Id == server.Host)))
        {
            throw new StoreException(FormattableString.Invariant(
                $"{live.Count} servers are on the host '{live[0].Host}', which this provider does not have. Start with the provider they run on and stop them, or choose other data."));
        }
    }

    private async ValueTask<Result<GameServer>> ForServerAsync(
        ProjectId project, InstanceId id, Func<DateTimeOffset, FleetCommand.ServerCommand> command)
    {
        // A server's project never changes, so looking before the lock is enough.
        if (await FindServerAsync(project, id).ConfigureAwait(false) is not { } server)
        {
            return Problem.ServerNotFound;
        }

        if (_loop.View.FindServer(id) is null)
        {
            // Long stopped: the rules for stopped servers live in the engine, so it comes back to be asked.
            await _loop.ExecuteAsync(now => new FleetCommand.RecallServer(now, server), static (_, _) => true).ConfigureAwait(false);
        }

        return await _loop.ExecuteAsync(command, (fleet, _) => fleet.FindServer(id)!).ConfigureAwait(false);
    }

    private void Narrate(FleetEvent happened, GameServer? server)
    {
        if (happened is FleetEvent.ServerEvent e && server is not null && ServerNarrator.Line(e, server, Rules) is { } line)
        {
            WriteServerLog(server, line);
        }

        _pools.Note(happened, server);
        _metrics.Note();
        if (server is not null)
        {
            _watch.Note(server.Id);
        }

        if (happened is FleetEvent.ServerEnded)
        {
            _reports.NoteEnded();
        }
    }

    private void WriteServerLog(GameServer server, string line) =>
        _logs.Write(server.Project, new LogSource(LogSourceKind.Server, server.Id.Value), line);

    private static LogSource BuildLogOf(BuildId id) => new(LogSourceKind.Build, id.Value);
}
