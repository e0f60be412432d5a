using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Storage.InMemory;

/// <summary>
/// Remembers a fleet for as long as the object lives: for tests, for games that embed the library, and for an emulator that
/// is to forget everything. Safe to call from several threads; every call ends at once.
/// </summary>
public sealed class InMemoryFleetStore : IFleetStore
{
    private readonly object _gate = new();
    private readonly List<JournalEntry> _entries = [];
    private readonly Dictionary<InstanceId, byte[]> _archive = [];
    private FleetSnapshot? _snapshot;
    private Life _life;

    /// <inheritdoc/>
    public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.New);
            _life = Life.Loaded;
            return new ValueTask<StoredFleet>(ContentLocked());
        }
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        _ = batch ?? throw new ArgumentNullException(nameof(batch));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Loaded);
            ThrowIfNotNextLocked(batch.Entries);
            KeepLocked(batch.Entries);

            foreach (var server in batch.Archived)
            {
                _archive[server.Id] = server.Payload.ToArray();
            }

            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken)
    {
        _ = snapshot ?? throw new ArgumentNullException(nameof(snapshot));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Loaded);
            var oldest = _snapshot?.Sequence ?? 0;
            if (snapshot.Sequence < oldest || snapshot.Sequence > LastLocked())
            {
                throw new StoreException(FormattableString.Invariant(
                    $"A snapshot at entry {snapshot.Sequence} does not fit a journal that holds entries {oldest + 1} to {LastLocked()}."));
            }

            _entries.RemoveRange(0, (int)(snapshot.Sequence - oldest));
            _snapshot = snapshot with { Payload = snapshot.Payload.ToArray() };
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Loaded);

            // A bare null would become an empty memory here, by way of byte[].
            ReadOnlyMemory<byte>? found = _archive.TryGetValue(id, out var payload) ? payload : default(ReadOnlyMemory<byte>?);
            return new ValueTask<ReadOnlyMemory<byte>?>(found);
        }
    }

    /// <inheritdoc/>
    public ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Loaded);
            return new ValueTask<StoredFleet>(ContentLocked());
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _life = Life.Disposed;
        }

        return default;
    }

    // One array for a batch: so many small ones would be much work for the garbage collector.
    private void KeepLocked(IReadOnlyList<JournalEntry> entries)
    {
        var kept = new byte[entries.Sum(entry => entry.Payload.Length)].AsMemory();
        foreach (var entry in entries)
        {
            var payload = kept[..entry.Payload.Length];
            kept = kept[entry.Payload.Length..];
            entry.Payload.CopyTo(payload);
            _entries.Add(entry with { Payload = payload });
        }
    }

    private StoredFleet ContentLocked() => new(_snapshot, _entries.ToArray());

    private long LastLocked() => (_snapshot?.Sequence ?? 0) + _entries.Count;

    private void ThrowIfNotNextLocked(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
        {
            throw new ArgumentException("A batch holds at least one entry.", nameof(entries));
        }

        var next = LastLocked() + 1;
        foreach (var entry in entries)
        {
            if (entry.Sequence != next++)
            {
                throw new StoreException(FormattableString.Invariant(
                    $"Entry {entry.Sequence} does not follow: entry {next - 1} was expected."));
            }
        }
    }

    private void ThrowUnlessLocked(Life wanted)
    {
        if (_life != wanted)
        {
            throw _life switch
            {
                Life.New => new InvalidOperationException("LoadAsync comes before any other call."),
                Life.Loaded => new InvalidOperationException("The store is loaded already; ReloadAsync reads it again."),
                _ => new ObjectDisposedException(nameof(InMemoryFleetStore)),
            };
        }
    }

    private enum Life
    {
        New,
        Loaded,
        Disposed,
    }
}
