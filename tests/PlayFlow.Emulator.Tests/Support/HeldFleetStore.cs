using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;

namespace PlayFlow.Emulator.Tests.Support;

/// <summary>A store whose disk may be held up: what is decided meanwhile is not yet to be read.</summary>
internal sealed class HeldFleetStore : IFleetStore
{
    private readonly InMemoryFleetStore _inner = new();
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isHeld;

    /// <summary>Completes when something waits to be written.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>From now on nothing is written.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Writes all that waits, and goes on.</summary>
    public void Release() => _released.SetResult();

    public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken) => _inner.LoadAsync(cancellationToken);

    public async ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        if (_isHeld)
        {
            _waiting.TrySetResult();
            await _released.Task;
        }

        await _inner.AppendAsync(batch, cancellationToken);
    }

    public ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken) =>
        _inner.SaveSnapshotAsync(snapshot, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken) =>
        _inner.FindArchivedAsync(id, cancellationToken);

    public ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken) => _inner.ReloadAsync(cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
