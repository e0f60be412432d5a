using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// The one writer of the fleet. A command is decided and applied under a lock held for microseconds; its events are then
/// written down together with those of others, and only after that shown to readers, answered, and acted on.
/// </summary>
internal sealed class FleetLoop : IAsyncDisposable
{
    private static readonly Problem StoreUnavailable = new(
        ProblemCode.StoreUnavailable, "The fleet's store cannot be written at present; nothing was changed");

    private readonly object _lock = new();
    private readonly OrchestratorOptions _options;
    private readonly IFleetStore _store;
    private readonly IComputeProvider _compute;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Commit> _commits = Channel.CreateUnbounded<Commit>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _deadlines;
    private Fleet _fleet;
    private DateTimeOffset _now = DateTimeOffset.MinValue;
    private DateTimeOffset? _armedFor;
    private bool _faulted;
    private Task _running = Task.CompletedTask;
    private long _snapshotSequence;
    private FleetImage? _image;

    public FleetLoop(OrchestratorOptions options, IFleetStore store, IComputeProvider compute, TimeProvider time, ILogger logger)
    {
        _options = options;
        _store = store;
        _compute = compute;
        _time = time;
        _logger = logger;
        _fleet = new Fleet(options.Rules);
        _deadlines = time.CreateTimer(_ => RunDeadlines(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The fleet as far as it is written down.</summary>
    public FleetView View { get; } = new();

    /// <summary>Called, in order, for each event written down, with the server after it when there is one.</summary>
    public required Action<FleetEvent, GameServer?> Written { get; init; }

    /// <summary>Called, in order, for each effect whose events are written down.</summary>
    public required Action<FleetEffect> Act { get; init; }

    /// <summary>Called when the journal works again after a failure: what the provider reported meanwhile is to be asked for anew.</summary>
    public required Func<Task> Recovered { get; init; }

    /// <summary>Loads what the store remembers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        Rebuild(stored);
        _logger.FleetLoaded(_fleet.Servers.Count, _fleet.Builds.Count, stored.Entries.Count);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Arms the timer: from now on deadlines are acted on.</summary>
    public void StartDeadlines() => RunDeadlines();

    /// <summary>Decides a command made for the present moment, and completes once what it led to is written down.</summary>
    /// <param name="command">Makes the command; called under the lock.</param>
    /// <param name="result">Picks the answer out of the fleet after the command, and what the command led to; called under the lock.</param>
    public ValueTask<Result<T>> ExecuteAsync<T>(Func<DateTimeOffset, FleetCommand> command, Func<Fleet, Commit, T> result)
    {
        Commit<T> commit;
        lock (_lock)
        {
            if (_faulted)
            {
                return new ValueTask<Result<T>>(StoreUnavailable);
            }

            commit = new Commit<T>();
            if (DecideLocked(command, commit) is { } refusal)
            {
                // Ports found blocked are worth keeping even though the start was refused.
                if (commit.Events.Count > 0)
                {
                    _commits.Writer.TryWrite(commit);
                }

                return new ValueTask<Result<T>>(refusal);
            }

            commit.Answer = result(_fleet, commit);
            _commits.Writer.TryWrite(commit);
            ArmLocked();
        }

        return new ValueTask<Result<T>>(commit.Task);
    }

    /// <summary>Decides a command nobody waits for.</summary>
    public void Post(Func<DateTimeOffset, FleetCommand> command) => _ = ExecuteAsync(command, static (_, _) => true).AsTask();

    /// <summary>Looks at the fleet, what is not yet written down included.</summary>
    public T Inspect<T>(Func<Fleet, T> look)
    {
        lock (_lock)
        {
            return look(_fleet);
        }
    }

    /// <summary>Completes when everything decided before is written down, or has failed to be.</summary>
    public async Task DrainAsync()
    {
        if (_running.IsCompleted)
        {
            // Never started, or stopped: nothing is on its way, and nobody would take the marker.
            return;
        }

        var marker = new Commit<bool>();
        lock (_lock)
        {
            // Nothing is on its way while the journal cannot be written, before the start, or after the end.
            if (_faulted || _running.IsCompleted || !_commits.Writer.TryWrite(marker))
            {
                return;
            }
        }

        await marker.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _deadlines.DisposeAsync().ConfigureAwait(false);
        _commits.Writer.TryComplete();
#if NET
        await _stopping.CancelAsync().ConfigureAwait(false);
#else
        _stopping.Cancel();
#endif
        await _running.ConfigureAwait(false);
        await SaveSnapshotAtEndAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private Problem? DecideLocked(Func<DateTimeOffset, FleetCommand> command, Commit commit)
    {
        // Time in the journal never runs backwards, whatever the clock does.
        var clock = _time.GetUtcNow();
        _now = clock > _now ? clock : _now;

        var decision = _fleet.Decide(command(_now));
        while (FirstForeignPort(decision) is { } foreign)
        {
            ApplyLocked(_fleet.Decide(new FleetCommand.BlockPort(_now, foreign.Host, foreign.Port, foreign.Protocol)), commit);
            decision = _fleet.Decide(command(_now));
        }

        ApplyLocked(decision, commit);
        return decision.Refusal;
    }

    private (string Host, int Port, Ports.PortProtocol Protocol)? FirstForeignPort(Decision decision)
    {
        foreach (var happened in decision.Events)
        {
            var (host, ports) = happened switch
            {
                FleetEvent.ServerStarted e => (e.Server.Host, e.Server.Ports),
                FleetEvent.RestartRequested e => (e.Host, e.Ports),
                _ => (string.Empty, []),
            };
            foreach (var port in ports)
            {
                if (!_compute.IsPortFree(host, port.ExternalPort, port.Protocol))
                {
                    return (host, port.ExternalPort, port.Protocol);
                }
            }
        }

        return null;
    }

    private void ApplyLocked(Decision decision, Commit commit)
    {
        foreach (var happened in decision.Events)
        {
            if (_fleet.Apply(happened) is { } archived)
            {
                commit.Archived.Add(archived);
            }

            var server = happened is FleetEvent.ServerEvent e ? _fleet.FindServer(e.ServerId) : null;
            commit.Events.Add((_fleet.Sequence, happened, server));
        }

        commit.Effects.AddRange(decision.Effects);
    }

    private void ArmLocked()
    {
        if (_fleet.NextDeadline == _armedFor)
        {
            return;
        }

        _armedFor = _fleet.NextDeadline;
        var wait = _armedFor is { } due ? due - _time.GetUtcNow() : Timeout.InfiniteTimeSpan;
        if (_armedFor is not null)
        {
            // Timers take at most 49 days; waking early only arms again.
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;
        }

        _deadlines.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void RunDeadlines()
    {
        lock (_lock)
        {
            _armedFor = null;
            if (_faulted)
            {
                return;
            }

            var commit = new Commit<bool>();
            while (_fleet.NextDue(Later(_now, _time.GetUtcNow())) is { } id)
            {
                var before = commit.Events.Count;
                DecideLocked(now => new FleetCommand.ReachDeadline(now, id), commit);
                if (commit.Events.Count == before)
                {
                    throw new UnreachableException($"The deadline of server {id} led to nothing.");
                }
            }

            if (commit.Events.Count > 0)
            {
                _commits.Writer.TryWrite(commit);
            }

            ArmLocked();
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private async Task RunAsync()
    {
        var batch = new List<Commit>();
        while (await _commits.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_commits.Reader.TryRead(out var commit))
            {
                batch.Add(commit);
            }

            try
            {
                await WriteAsync(batch).ConfigureAwait(false);
            }
            catch (StoreException e)
            {
                await RecoverAsync(batch, e).ConfigureAwait(false);
                batch.Clear();
                continue;
            }

            foreach (var commit in batch)
            {
                Publish(commit);
            }

            batch.Clear();
            await SnapshotIfDueAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(List<Commit> batch)
    {
        var entries = new List<JournalEntry>();
        var archived = new List<ArchivedServer>();
        foreach (var commit in batch)
        {
            foreach (var (sequence, happened, _) in commit.Events)
            {
                var bytes = new ArrayBufferWriter<byte>(256);
                EventFormat.Write(happened, bytes);
                entries.Add(new JournalEntry(sequence, bytes.WrittenMemory));
            }

            foreach (var server in commit.Archived)
            {
                archived.Add(new ArchivedServer(server.Id, ArchiveFormat.Write(server)));
            }
        }

        if (entries.Count > 0)
        {
            await _store.AppendAsync(new JournalBatch(entries, archived), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void Publish(Commit commit)
    {
        foreach (var (_, happened, server) in commit.Events)
        {
            switch (happened)
            {
                case FleetEvent.BuildCreated e:
                    View.Put(e.Build);
                    break;
                case FleetEvent.BuildMoved e:
                    View.Put(Builds.BuildLifecycle.Move(View.FindBuild(e.Id)!, e.State, e.At));
                    break;
                case FleetEvent.ProjectConfigured e:
                    var settings = View.FindProject(e.Id)?.Settings ?? Projects.ProjectSettings.New(e.At);
                    View.Put(new Projects.Project(e.Id, e.Name, e.Keys, e.Plan, settings));
                    break;
                case FleetEvent.SettingsReplaced e:
                    View.Put(View.FindProject(e.Id)! with { Settings = e.Settings });
                    break;
                default:
                    break;
            }

            if (server is not null)
            {
                View.Put(server);
            }

            Written(happened, server);
        }

        foreach (var server in commit.Archived)
        {
            View.Archive(server.Id);
        }

        commit.Complete();
        foreach (var effect in commit.Effects)
        {
            Act(effect);
        }
    }

    private async Task RecoverAsync(List<Commit> failed, StoreException cause)
    {
        _logger.JournalFailed(cause);
        lock (_lock)
        {
            _faulted = true;
            while (_commits.Reader.TryRead(out var commit))
            {
                failed.Add(commit);
            }
        }

        foreach (var commit in failed)
        {
            commit.Fail(StoreUnavailable);
        }

        while (true)
        {
            try
            {
                await _time.Delay(_options.StoreRetryDelay, _stopping.Token).ConfigureAwait(false);
                Rebuild(await _store.ReloadAsync(_stopping.Token).ConfigureAwait(false));
                break;
            }
            catch (StoreException e)
            {
                _logger.JournalFailed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        _logger.JournalRecovered();
        _ = Task.Run(async () =>
        {
            await Recovered().ConfigureAwait(false);
            RunDeadlines();
        });
    }

    private void Rebuild(StoredFleet stored)
    {
        Fleet fleet;
        try
        {
            fleet = stored.Snapshot is null ? new Fleet(_options.Rules) : FleetImage.Restore(stored.Snapshot.Payload.Span, _options.Rules);
            foreach (var entry in stored.Entries)
            {
                var happened = EventFormat.Read(entry.Payload.Span);
                _now = Later(_now, happened.At);
                fleet.Apply(happened);
            }
        }
        catch (InvalidDataException e)
        {
            throw new StoreException("The fleet's journal cannot be read: it is damaged, or was written by a newer version", e);
        }

        View.Reset(fleet);
        lock (_lock)
        {
            _fleet = fleet;
            _snapshotSequence = stored.Snapshot?.Sequence ?? 0;
            _image = null;
            _faulted = false;
            _armedFor = null;
        }
    }

    private async ValueTask SnapshotIfDueAsync()
    {
        if (_image is null)
        {
            lock (_lock)
            {
                var due = Math.Max(_options.EntriesPerSnapshot, 4 * _fleet.Servers.Count);
                if (_fleet.Sequence - _snapshotSequence < due)
                {
                    return;
                }

                // It may include events that are still on their way to the journal: it is written once they have arrived.
                _image = FleetImage.Take(_fleet, _now);
                _snapshotSequence = _image.Sequence;
                _commits.Writer.TryWrite(new Commit<bool>());
                return;
            }
        }

        await SaveAsync(_image).ConfigureAwait(false);
        _image = null;
    }

    private async ValueTask SaveSnapshotAtEndAsync()
    {
        FleetImage image;
        lock (_lock)
        {
            if (_faulted || _fleet.Sequence == _snapshotSequence)
            {
                return;
            }

            image = FleetImage.Take(_fleet, _now);
        }

        await SaveAsync(image).ConfigureAwait(false);
    }

    private async ValueTask SaveAsync(FleetImage image)
    {
        try
        {
            await _store.SaveSnapshotAsync(new FleetSnapshot(image.Sequence, image.Encode()), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            _logger.SnapshotFailed(e);
        }
    }
}
