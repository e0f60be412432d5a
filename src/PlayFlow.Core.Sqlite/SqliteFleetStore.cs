using System.Globalization;
using Microsoft.Data.Sqlite;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Sqlite.Storage;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite;

/// <summary>
/// Remembers a fleet in a SQLite file. One <see cref="AppendAsync"/> is one transaction and one wait for the disk: gather what
/// belongs together into one batch.
/// </summary>
/// <remarks>
/// Appends are written by a thread of the store's own, which waits for the disk. Otherwise SQLite works on the calling thread: the tasks
/// returned are complete, except that <see cref="SaveSnapshotAsync"/> may wait for another snapshot. Safe to call from several threads;
/// <see cref="FindArchivedAsync"/> never waits for a writer.
/// </remarks>
public sealed class SqliteFleetStore : IFleetStore
{
    private readonly string _path;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ReaderPool<ArchiveReader> _archive;
    private DatabaseFile? _file;
    private DiskThread? _appends;
    private JournalWriter? _journal;
    private long _first;
    private long _last;
    private int _waiting;
    private volatile bool _disposed;

    /// <summary>A store in a file, which is made when it is not there. Nothing is opened yet.</summary>
    /// <param name="path">The file; its folder is made, too. Files beside it begin with the same name.</param>
    public SqliteFleetStore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _archive = new ReaderPool<ArchiveReader>(path, () => new ArchiveReader(OpenFile().OpenReader()));
    }

    /// <inheritdoc/>
    public async ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_file is not null)
        {
            throw new InvalidOperationException("The store is loaded already; ReloadAsync reads it again.");
        }

        var file = await DatabaseFile.OpenAsync(_path, FleetSchema.Instance, Durability.Machine).ConfigureAwait(false);
        try
        {
            lock (file.Gate)
            {
                var fleet = ReadLocked(file);
                _appends = new DiskThread("PlayFlow journal");
                _file = file;
                return fleet;
            }
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        cancellationToken.ThrowIfCancellationRequested();
        OpenFile();
        return new ValueTask(_appends!.RunAsync(() => Append(batch)));
    }

    /// <inheritdoc/>
    /// <remarks>Appends go on meanwhile: they wait for half a megabyte of the snapshot at most.</remarks>
    /// <exception cref="StoreException">
    /// It stands for entries never kept, or for fewer than the snapshot before it; or it could not be written.
    /// </exception>
    public async ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var writer = new SnapshotWriter(snapshot);
            while (!writer.IsDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Step(OpenFile(), writer);

                // Locks are not fair: taken again at once, this one could keep an append out for a tenth of a second.
                while (Volatile.Read(ref _waiting) > 0)
                {
                    await Task.Yield();
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OpenFile();
        var payload = _archive.Read(id, static (reader, id) => reader.Find(id));

        // A bare null would become an empty memory here, by way of byte[].
        return new ValueTask<ReadOnlyMemory<byte>?>(payload ?? default(ReadOnlyMemory<byte>?));
    }

    /// <inheritdoc/>
    public async ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var file = OpenFile();
            if (_journal is null)
            {
                await file.ReconnectAsync().ConfigureAwait(false);
            }

            lock (file.Gate)
            {
                return ReadLocked(file);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // First, so that a snapshot on its way stops at its next step.
        _disposed = true;
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _archive.Dispose();
            if (_appends is { } appends)
            {
                await appends.DisposeAsync().ConfigureAwait(false);
            }

            if (_file is { } file)
            {
                lock (file.Gate)
                {
                    DropJournalLocked();
                }

                await file.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes the disk look full, or lets it look empty again with 0.</summary>
    internal void LimitPages(long pages) => OpenFile().LimitPages(pages);

    private DatabaseFile OpenFile()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _file ?? throw new InvalidOperationException("LoadAsync comes before any other call.");
    }

    private void Append(JournalBatch batch)
    {
        var file = OpenFile();
        Interlocked.Increment(ref _waiting);
        lock (file.Gate)
        {
            Interlocked.Decrement(ref _waiting);
            var journal = OrderlyJournalLocked();
            ThrowIfNotNextLocked(batch.Entries);
            try
            {
                journal.Append(batch);
                _last = batch.Entries[^1].Sequence;
                file.Committed();
            }
            catch (SqliteException exception)
            {
                DropJournalLocked();
                throw Failures.Explain(exception, file.Path);
            }
        }
    }

    private StoredFleet ReadLocked(DatabaseFile file)
    {
        try
        {
            if (_journal is null && _file is not null)
            {
                // What a failed commit left in the write-ahead log could count again after a crash; a commit that succeeds
                // lies over it, and shows that the cause is gone.
                SpaceProbe.Run(file.Writer);
            }

            var fleet = FleetReader.Read(file.Writer.Connection, file.Path);
            _first = fleet.Snapshot?.Sequence ?? 0;
            _last = _first + fleet.Entries.Count;
            _journal ??= new JournalWriter(file.Writer);
            return fleet;
        }
        catch (SqliteException exception)
        {
            throw Failures.Explain(exception, file.Path);
        }
    }

    private void Step(DatabaseFile file, SnapshotWriter writer)
    {
        lock (file.Gate)
        {
            OrderlyJournalLocked();
            ThrowIfOutOfRangeLocked(writer.Sequence);
            try
            {
                writer.Step(file.Writer);
                _first = writer.IsPublished ? writer.Sequence : _first;
                file.Committed();
            }
            catch (SqliteException exception)
            {
                throw Failures.Explain(exception, file.Path);
            }
        }
    }

    private JournalWriter OrderlyJournalLocked() =>
        _journal ?? throw new StoreException($"'{_path}' failed to keep a batch and has not been read again since. ReloadAsync does that.");

    private void DropJournalLocked()
    {
        _journal?.Dispose();
        _journal = null;
    }

    private void ThrowIfNotNextLocked(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
        {
            throw new ArgumentException("A batch holds at least one entry.", nameof(entries));
        }

        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].Sequence != _last + 1 + i)
            {
                throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                    $"Entry {entries[i].Sequence} does not follow: entry {_last + 1 + i} was expected."));
            }
        }
    }

    private void ThrowIfOutOfRangeLocked(long sequence)
    {
        if (sequence < _first || sequence > _last)
        {
            throw new StoreException(string.Create(CultureInfo.InvariantCulture,
                $"A snapshot at entry {sequence} does not fit a journal that holds entries {_first + 1} to {_last}."));
        }
    }
}
