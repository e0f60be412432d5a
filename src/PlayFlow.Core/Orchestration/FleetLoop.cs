using System.Diagnostics;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// The one writer of the fleet: a command is decided and applied under a lock held for microseconds, and handed to the
/// <see cref="JournalLoop"/>, which writes it down before anyone is told. Owns the one timer of all deadlines.
/// </summary>
internal sealed class FleetLoop : IAsyncDisposable
{
    private readonly object _lock = new();
    private readonly FleetRules _rules;
    private readonly IComputeProvider _compute;
    private readonly TimeProvider _time;
    private readonly JournalLoop _journal;
    private readonly ITimer _deadlines;
    private Fleet _fleet;
    private DateTimeOffset _now = DateTimeOffset.MinValue;
    private DateTimeOffset? _armedFor;
    private bool _faulted;
    private bool _keepsDeadlines;

    public FleetLoop(OrchestratorOptions options, IFleetStore store, IComputeProvider compute, TimeProvider time, ILogger logger)
    {
        _rules = options.Rules;
        _compute = compute;
        _time = time;
        _fleet = new Fleet(options.Rules);
        _journal = new JournalLoop(this, options, store, logger);
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
    public Task StartAsync(CancellationToken cancellationToken) => _journal.StartAsync(cancellationToken);

    /// <summary>
    /// From now on acts on deadlines. Earlier, what came due while the host was away would be asked of a provider that has not
    /// yet taken up what runs.
    /// </summary>
    public void KeepDeadlines()
    {
        lock (_lock)
        {
            _keepsDeadlines = true;
        }

        RunDeadlines();
    }

    /// <summary>Acts on every deadline that has come, and arms the timer for the next; does nothing before <see cref="KeepDeadlines"/>.</summary>
    public void RunDeadlines()
    {
        lock (_lock)
        {
            _armedFor = null;
            if (_faulted || !_keepsDeadlines)
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
                _journal.Enqueue(commit);
            }

            ArmLocked();
        }
    }

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
                return new ValueTask<Result<T>>(JournalLoop.StoreUnavailable);
            }

            // A refusal waits its turn too: it may be owed to something that is not written down yet, which nobody may know of,
            // and which may never be.
            commit = new Commit<T>();
            commit.Answer = DecideLocked(command, commit) is { } refusal ? refusal : result(_fleet, commit);
            if (!_journal.Enqueue(commit))
            {
                return new ValueTask<Result<T>>(JournalLoop.StoreUnavailable);
            }

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
        var marker = new Commit<bool>();
        lock (_lock)
        {
            // Nothing is on its way while the journal cannot be written, before the start, or after the end.
            if (_faulted || !_journal.IsRunning || !_journal.Enqueue(marker))
            {
                return;
            }
        }

        await marker.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _deadlines.DisposeAsync().ConfigureAwait(false);
        await _journal.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Refuses every command from now on. On return nothing more is handed to the journal.</summary>
    internal void Fault()
    {
        lock (_lock)
        {
            _faulted = true;
        }
    }

    /// <summary>Goes on with what is really written down, and shows it.</summary>
    internal void Install(Fleet fleet, DateTimeOffset lastEventAt)
    {
        View.Reset(fleet);
        lock (_lock)
        {
            _fleet = fleet;
            _now = Later(_now, lastEventAt);
            _faulted = false;
            _armedFor = null;
        }
    }

    /// <summary>
    /// The fleet as it is, once it is so many events past a snapshot; null before. It may include events that are still on
    /// their way to the journal.
    /// </summary>
    internal FleetImage? TakeImage(long snapshotSequence, int entriesPerSnapshot)
    {
        lock (_lock)
        {
            var due = Math.Max(entriesPerSnapshot, entriesPerSnapshot > 1 ? 4 * _fleet.Servers.Count : 1);
            return !_faulted && _fleet.Sequence - snapshotSequence >= due ? FleetImage.Take(_fleet, _now) : null;
        }
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

            commit.Events.Add((_fleet.Sequence, happened, SubjectLocked(happened)));
        }

        foreach (var effect in decision.Effects)
        {
            commit.Effects.Add(effect);
        }
    }

    private object? SubjectLocked(FleetEvent happened) => happened switch
    {
        FleetEvent.ServerEvent e => _fleet.FindServer(e.ServerId),
        FleetEvent.BuildCreated e => e.Build,
        FleetEvent.BuildMoved e => _fleet.FindBuild(e.Id),
        FleetEvent.ProjectConfigured e => _fleet.FindProject(e.Id),
        FleetEvent.SettingsReplaced e => _fleet.FindProject(e.Id),
        _ => null,
    };

    private void ArmLocked()
    {
        if (!_keepsDeadlines || _fleet.NextDeadline == _armedFor)
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

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
