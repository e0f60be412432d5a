using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;

namespace PlayFlow.Emulator.Tests.Support;

/// <summary>A store whose disk may become full.</summary>
internal sealed class FullFleetStore : IFleetStore
{
    private readonly InMemoryFleetStore _inner = new();
    private volatile bool _isFull;
    private long _entries;

    /// <summary>How many entries its journal has.</summary>
    public long Entries => Interlocked.Read(ref _entries);

    /// <summary>From now on nothing more is kept.</summary>
    public void Fill() => _isFull = true;

    public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken) => _inner.LoadAsync(cancellationToken);

    public ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        if (_isFull)
        {
            throw new StoreException("The disk is full.");
        }

        Interlocked.Add(ref _entries, batch.Entries.Count);
        return _inner.AppendAsync(batch, cancellationToken);
    }

    public ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken) =>
        _isFull ? throw new StoreException("The disk is full.") : _inner.SaveSnapshotAsync(snapshot, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken) =>
        _inner.FindArchivedAsync(id, cancellationToken);

    public ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken) => _inner.ReloadAsync(cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
