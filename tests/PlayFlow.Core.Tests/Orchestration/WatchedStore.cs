using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>A store that tells what is written down at any moment, and takes its time about it.</summary>
internal sealed class WatchedStore : IFleetStore
{
    private readonly InMemoryFleetStore _inner = new();
    private volatile int _written;

    /// <summary>How many events are written down.</summary>
    public int Written => _written;

    /// <summary>What writing waits for.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>All that was written, in order. Not while anything is.</summary>
    public List<FleetEvent> Journal { get; } = [];

    public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken) => _inner.LoadAsync(cancellationToken);

    public async ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        // Commands are decided meanwhile that know what is not yet written.
        await Task.Yield();
        await Held;
        await _inner.AppendAsync(batch, cancellationToken);
        Journal.AddRange(batch.Entries.Select(entry => EventFormat.Read(entry.Payload.Span)));
        _written = Journal.Count;
    }

    public ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken) =>
        _inner.SaveSnapshotAsync(snapshot, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken) =>
        _inner.FindArchivedAsync(id, cancellationToken);

    public ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken) => _inner.ReloadAsync(cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
