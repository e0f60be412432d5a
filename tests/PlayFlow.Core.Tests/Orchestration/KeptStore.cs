using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>A store that outlives its host, as a database does, and that can be made to fail.</summary>
internal sealed class KeptStore : IFleetStore
{
    private readonly InMemoryFleetStore _inner = new();
    private bool _loaded;

    /// <summary>While set, nothing can be appended.</summary>
    public bool IsFull { get; set; }

    public int Snapshots { get; private set; }

    public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken)
    {
        var first = !_loaded;
        _loaded = true;
        return first ? _inner.LoadAsync(cancellationToken) : _inner.ReloadAsync(cancellationToken);
    }

    public ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken) =>
        IsFull ? throw new StoreException("The disk is full") : _inner.AppendAsync(batch, cancellationToken);

    public ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken)
    {
        Snapshots++;
        return _inner.SaveSnapshotAsync(snapshot, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken) =>
        _inner.FindArchivedAsync(id, cancellationToken);

    public ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken) =>
        IsFull ? throw new StoreException("The disk is still full") : _inner.ReloadAsync(cancellationToken);

    public ValueTask DisposeAsync() => default;
}
