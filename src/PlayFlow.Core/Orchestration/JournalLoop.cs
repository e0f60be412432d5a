using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Writes down what the <see cref="FleetLoop"/> decides: all that has gathered in one batch, and only after that shows it to
/// readers, answers whoever waits, and has the effects carried out. When the store fails, everything not written down is
/// refused, and the fleet goes back to what is.
/// </summary>
internal sealed class JournalLoop : IAsyncDisposable
{
    public static readonly Problem StoreUnavailable = new(
        ProblemCode.StoreUnavailable, "The fleet's store cannot be written at present; nothing was changed");

    // Enough that the wait for the disk is shared by many, and no more: each of them waits for the last.
    private const int MaxGathered = 64;

    // Turns cost next to nothing; a pool that is never idle must not keep a commit waiting for long.
    private const int MaxTurns = 16;

    private readonly Channel<Commit> _commits = Channel.CreateUnbounded<Commit>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly FleetLoop _loop;
    private readonly OrchestratorOptions _options;
    private readonly IFleetStore _store;
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private FleetImage? _image;
    private long _written;
    private long _snapshotSequence;

    public JournalLoop(FleetLoop loop, OrchestratorOptions options, IFleetStore store, ILogger logger)
    {
        _loop = loop;
        _options = options;
        _store = store;
        _logger = logger;
    }

#if NET
    private static bool IsAnybodyAtWork => ThreadPool.PendingWorkItemCount > 0;
#else
    private static bool IsAnybodyAtWork => false;
#endif

    public bool IsRunning => !_running.IsCompleted;

    /// <summary>Loads what the store remembers, and begins to write.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        var fleet = Rebuild(stored);
        _logger.FleetLoaded(fleet.Servers.Count, fleet.Builds.Count, stored.Entries.Count);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Takes a commit. The caller holds the fleet's lock, so that commits stand in the order of their decisions.</summary>
    public bool Enqueue(Commit commit) => _commits.Writer.TryWrite(commit);

    /// <summary>Writes what was taken, and a last snapshot.</summary>
    public async ValueTask DisposeAsync()
    {
        _commits.Writer.TryComplete();
#if NET
        await _stopping.CancelAsync().ConfigureAwait(false);
#else
        _stopping.Cancel();
#endif
        await _running.ConfigureAwait(false);
        await _saving.ConfigureAwait(false);
        if (_loop.TakeImage(_snapshotSequence, 1) is { } last && last.Sequence == _written)
        {
            await SaveAsync(last).ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        // While one batch is shown and answered, the next is gathered and written.
        List<Commit> batch = [], shown = [];
        var showing = Task.CompletedTask;
        while (await _commits.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await GatherAsync(batch).ConfigureAwait(false);
            Exception? failure = null;
            try
            {
                await WriteAsync(batch).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // a store may throw anything; whoever waits is told all the same
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }

            await showing.ConfigureAwait(false);
            shown.Clear();
            if (failure is not null)
            {
                await RecoverAsync(batch, failure).ConfigureAwait(false);
                batch.Clear();
                continue;
            }

            (batch, shown) = (shown, batch);
            showing = Task.Run(() => shown.ForEach(Publish));
            SnapshotIfDue();
        }

        await showing.ConfigureAwait(false);
    }

    // Goes to the end of the line as long as that brings more, or others stand there: what those who are at work at this moment come
    // to is written with the rest, for one wait for the disk. Where nobody is, that is at once.
    private async ValueTask GatherAsync(List<Commit> batch)
    {
        int before, turns = 0;
        do
        {
            before = batch.Count;
            await Task.Yield();
            while (_commits.Reader.TryRead(out var commit))
            {
                batch.Add(commit);
            }

            turns++;
        }
        while (batch.Count < MaxGathered && (batch.Count > before || (turns < MaxTurns && IsAnybodyAtWork)));
    }

    private async ValueTask WriteAsync(List<Commit> batch)
    {
        var entries = new List<JournalEntry>(batch.Count);
        var archived = new List<ArchivedServer>();
        var bytes = new ArrayBufferWriter<byte>(256 * batch.Count);
        foreach (var commit in batch)
        {
            foreach (var (sequence, happened, _) in commit.Events)
            {
                var start = bytes.WrittenCount;
                EventFormat.Write(happened, bytes);

                // Should the buffer move on while the batch is written into it, what is written stays where it is.
                entries.Add(new JournalEntry(sequence, bytes.WrittenMemory[start..]));
            }

            foreach (var server in commit.Archived)
            {
                archived.Add(new ArchivedServer(server.Id, ArchiveFormat.Write(server)));
            }
        }

        if (entries.Count > 0)
        {
            await _store.AppendAsync(new JournalBatch(entries, archived), CancellationToken.None).ConfigureAwait(false);
            _written = entries[^1].Sequence;
        }
    }

    // It is written down: whoever waits is told and the next is shown, whatever becomes of what else there is to do.
    private void Publish(Commit commit)
    {
        Try(commit, Show);
        commit.Complete();
        Try(commit, Act);
    }

    private void Try(Commit commit, Action<Commit> step)
    {
        try
        {
            step(commit);
        }
#pragma warning disable CA1031 // whoever listens or acts may throw anything; those who wait are answered all the same
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.PublishFailed(e);
        }
    }

    private void Act(Commit commit)
    {
        foreach (var effect in commit.Effects)
        {
            _loop.Act(effect);
        }
    }

    private void Show(Commit commit)
    {
        var view = _loop.View;
        foreach (var (_, happened, after) in commit.Events)
        {
            switch (after)
            {
                case GameServer server:
                    view.Put(server);
                    break;
                case Build build:
                    view.Put(build);
                    break;
                case Project project:
                    view.Put(project);
                    break;
                default:
                    break;
            }

            _loop.Written(happened, after as GameServer);
        }

        foreach (var server in commit.Archived)
        {
            view.Archive(server.Id);
        }
    }

    private async Task RecoverAsync(List<Commit> failed, Exception cause)
    {
        _logger.JournalFailed(cause);
        _loop.Fault();
        while (_commits.Reader.TryRead(out var commit))
        {
            failed.Add(commit);
        }

        foreach (var commit in failed)
        {
            commit.Fail(StoreUnavailable);
        }

        await _saving.ConfigureAwait(false);
        while (true)
        {
            try
            {
                // A disk fills and empties in real time, whatever clock the fleet lives by.
                await TimeProvider.System.Delay(_options.StoreRetryDelay, _stopping.Token).ConfigureAwait(false);
                Rebuild(await _store.ReloadAsync(_stopping.Token).ConfigureAwait(false));
                break;
            }
            catch (OperationCanceledException)
            {
                return;
            }
#pragma warning disable CA1031 // see above
            catch (Exception e)
#pragma warning restore CA1031
            {
                _logger.JournalFailed(e);
            }
        }

        _logger.JournalRecovered();
        _ = Task.Run(CatchUpAsync);
    }

    private async Task CatchUpAsync()
    {
        try
        {
            await _loop.Recovered().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a provider may throw anything; the fleet goes on with what it knows
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.ReconcileFailed(e);
        }

        _loop.RunDeadlines();
    }

    private Fleet Rebuild(StoredFleet stored)
    {
        var lastEventAt = DateTimeOffset.MinValue;
        try
        {
            var fleet = stored.Snapshot is null ? new Fleet(_options.Rules) : FleetImage.Restore(stored.Snapshot.Payload.Span, _options.Rules);
            foreach (var entry in stored.Entries)
            {
                var happened = EventFormat.Read(entry.Payload.Span);
                lastEventAt = happened.At;
                fleet.Apply(happened);
            }

            _image = null;
            _written = fleet.Sequence;
            _snapshotSequence = stored.Snapshot?.Sequence ?? 0;
            _loop.Install(fleet, lastEventAt);
            return fleet;
        }
        catch (InvalidDataException e)
        {
            throw new StoreException($"The fleet's journal cannot be read. {e.Message}", e);
        }
    }

    // The image is quick to take; it is written beside the appends, once all it includes is in the journal.
    private void SnapshotIfDue()
    {
        if (!_saving.IsCompleted)
        {
            return;
        }

        _image ??= _loop.TakeImage(_snapshotSequence, _options.EntriesPerSnapshot);
        if (_image is { } image && image.Sequence <= _written)
        {
            _image = null;
            _saving = Task.Run(() => SaveAsync(image));
        }
    }

    private async Task SaveAsync(FleetImage image)
    {
        try
        {
            await _store.SaveSnapshotAsync(new FleetSnapshot(image.Sequence, image.Encode()), CancellationToken.None).ConfigureAwait(false);
            _snapshotSequence = image.Sequence;
        }
        catch (StoreException e)
        {
            _logger.SnapshotFailed(e);
        }
    }
}
