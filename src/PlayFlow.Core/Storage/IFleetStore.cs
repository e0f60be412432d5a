using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Storage;

/// <summary>
/// Where the fleet is remembered: a journal of opaque entries, a snapshot that stands for the entries before it, and an
/// archive of servers that ended long ago. Appends come one at a time; <see cref="SaveSnapshotAsync"/> and
/// <see cref="FindArchivedAsync"/> may run beside them.
/// </summary>
public interface IFleetStore : IAsyncDisposable
{
    /// <summary>Prepares the store and reads what it remembers. Called once, before any other method.</summary>
    /// <exception cref="StoreException">It cannot be read, is of a newer format, or another process holds it.</exception>
    ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a batch, all or nothing; on return it survives a crash of process and machine.</summary>
    /// <exception cref="StoreException">Nothing of the batch is kept, or <see cref="LoadAsync"/> on a fresh store tells what is.</exception>
    ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the snapshot and drops the entries it stands for, in one step. It stands for entries that are kept, and comes
    /// after the snapshot before it.
    /// </summary>
    ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>The archived record of a server, or null.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the journal again after a failed <see cref="AppendAsync"/>: what is really kept. Throws while the store is still out of order.
    /// </summary>
    ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken);
}

/// <summary>What a store remembers.</summary>
/// <param name="Snapshot">The last snapshot, or null.</param>
/// <param name="Entries">The journal after the snapshot, in order, without gaps.</param>
public sealed record StoredFleet(FleetSnapshot? Snapshot, IReadOnlyList<JournalEntry> Entries);

/// <summary>An entry of the journal.</summary>
/// <param name="Sequence">Its number: one more than the entry before it; the first is 1.</param>
/// <param name="Payload">Opaque to the store.</param>
public readonly record struct JournalEntry(long Sequence, ReadOnlyMemory<byte> Payload);

/// <summary>What stands for all entries up to a number.</summary>
/// <param name="Sequence">The last entry it includes.</param>
/// <param name="Payload">Opaque to the store.</param>
public sealed record FleetSnapshot(long Sequence, ReadOnlyMemory<byte> Payload);

/// <summary>What one <see cref="IFleetStore.AppendAsync"/> keeps.</summary>
/// <param name="Entries">At least one entry; the first follows the last one kept.</param>
/// <param name="Archived">Servers to archive with them; a server archived before is replaced.</param>
public sealed record JournalBatch(IReadOnlyList<JournalEntry> Entries, IReadOnlyList<ArchivedServer> Archived);

/// <summary>A server that ended long ago.</summary>
/// <param name="Id">The server.</param>
/// <param name="Payload">Its record, opaque to the store.</param>
public readonly record struct ArchivedServer(InstanceId Id, ReadOnlyMemory<byte> Payload);
