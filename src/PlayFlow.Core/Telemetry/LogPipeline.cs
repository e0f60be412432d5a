using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Takes in lines from many writers, gives them their order and time, and keeps them in batches. Writers of games wait when it
/// falls behind; what the platform itself says never waits. Nothing is dropped: a store that fails is tried again.
/// </summary>
internal sealed class LogPipeline(ILogStore store, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(2);

    // Nobody waits for a line as long as there are many: a store keeps a hundred at once for little more than it keeps one, and the
    // first lines of a server, which come within that time, for little more than the first alone. A reader who waits ends it.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25);

    private const int MaxRecordsPerAppend = 4096;
    private const int MaxQueuedGameBatches = 256;

    private readonly Channel<Batch> _queue = Channel.CreateUnbounded<Batch>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _room = new(MaxQueuedGameBatches);
    private readonly SemaphoreSlim _awaited = new(0);
    private readonly QueuedSources _queued = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private long _lastSequence;
    private DateTimeOffset _lastTimestamp = DateTimeOffset.MinValue;

    public ILogStore Store => store;

    public LogFollowers Followers { get; } = new();

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var state = await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        _lastSequence = state.LastSequence;
        _lastTimestamp = state.LastTimestamp ?? DateTimeOffset.MinValue;
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>A line of the platform. Never waits.</summary>
    public void Write(ProjectId project, LogSource source, string text) =>
        TryQueue(new Batch(time.GetUtcNow(), project, source, null, [new ComputeLogLine(LogLevel.Info, text, 0)], IsGame: false, null));

    /// <summary>Lines of a game. Completes when they are queued.</summary>
    public async ValueTask WriteAsync(
        ProjectId project, ComputeId compute, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        var source = new LogSource(LogSourceKind.Server, compute.Instance.Value);
        if (!TryQueue(new Batch(time.GetUtcNow(), project, source, compute, lines, IsGame: true, null)))
        {
            _room.Release();
        }
    }

    /// <summary>
    /// Completes when every line queued before is kept; or, when the store does not take them, after a while: whoever reads then
    /// reads what there is.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_queue.Writer.TryWrite(new Batch(default, default, default, null, [], IsGame: false, done)))
        {
            return;
        }

        _awaited.Release();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(done.Task, TimeProviderDelay.Delay(TimeProvider.System, FlushPatience, enough.Token)).ConfigureAwait(false);
        enough.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>The same for the lines of one source: when none of them is on its way, nothing is waited for.</summary>
    public Task FlushAsync(LogSource source, CancellationToken cancellationToken) =>
        _queued.Holds(source) ? FlushAsync(cancellationToken) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await _running.ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
        _room.Dispose();
    }

    private async Task RunAsync()
    {
        var records = new List<LogRecord>();
        var taken = new List<Batch>();
        var kept = 0L;
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (_room.CurrentCount > MaxQueuedGameBatches / 2 && Pace - TimeProvider.System.GetElapsedTime(kept) is { Ticks: > 0 } rest)
            {
                // Unless somebody waits after all.
                await _awaited.WaitAsync(rest).ConfigureAwait(false);
            }

            while (records.Count < MaxRecordsPerAppend && _queue.Reader.TryRead(out var batch))
            {
                taken.Add(batch);
                Stamp(batch, records);
            }

            await KeepAsync(records).ConfigureAwait(false);
            kept = TimeProvider.System.GetTimestamp();
            foreach (var batch in taken)
            {
                if (batch.Flushed is { } flushed)
                {
                    flushed.TrySetResult(true);
                    _awaited.Wait(TimeSpan.Zero);
                    continue;
                }

                _queued.Remove(batch.Source);
                if (batch.IsGame)
                {
                    _room.Release();
                }
            }

            records.Clear();
            taken.Clear();
        }
    }

    private bool TryQueue(Batch batch)
    {
        _queued.Add(batch.Source);
        if (_queue.Writer.TryWrite(batch))
        {
            return true;
        }

        _queued.Remove(batch.Source);
        return false;
    }

    private void Stamp(Batch batch, List<LogRecord> records)
    {
        _lastTimestamp = batch.At > _lastTimestamp ? batch.At : _lastTimestamp;
        foreach (var line in batch.Lines)
        {
            records.Add(new LogRecord
            {
                Sequence = ++_lastSequence,
                Timestamp = _lastTimestamp,
                Project = batch.Project,
                Source = batch.Source,
                Level = line.Level,
                Text = line.Text,
                Compute = batch.Compute,
                Position = line.Position,
            });
        }
    }

    private async Task KeepAsync(List<LogRecord> records)
    {
        while (records.Count > 0)
        {
            try
            {
                await store.AppendAsync(records, CancellationToken.None).ConfigureAwait(false);
                Followers.Wake(records);
                return;
            }
            catch (Storage.StoreException e)
            {
                logger.LogsNotKept(records.Count, e);
            }

            try
            {
                await TimeProviderDelay.Delay(TimeProvider.System, TimeSpan.FromSeconds(1), _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private readonly record struct Batch(
        DateTimeOffset At,
        ProjectId Project,
        LogSource Source,
        ComputeId? Compute,
        IReadOnlyList<ComputeLogLine> Lines,
        bool IsGame,
        TaskCompletionSource<bool>? Flushed);
}
