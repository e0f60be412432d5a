using System.Globalization;
using Microsoft.Data.Sqlite;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Sqlite.Telemetry;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite;

/// <summary>
/// Keeps log lines in a SQLite file. One <see cref="AppendAsync"/> is one transaction, which survives the end of the process;
/// the end of the machine may take the last moments.
/// </summary>
/// <remarks>
/// Appends are written by a thread of the store's own. Otherwise SQLite works on the calling thread: the tasks returned are complete.
/// Safe to call from several threads; readers never wait for the writer, nor it for them. The newest line of a source is kept even
/// when it alone is longer than <see cref="LogRetention.MaxBytes"/>.
/// </remarks>
public sealed class SqliteLogStore : ILogStore
{
    private readonly string _path;
    private readonly LogRetention _retention;
    private readonly ReaderPool<LogReader> _readers;
    private DatabaseFile? _file;
    private DiskThread? _appends;
    private LineWriter? _lines;
    private long _lastSequence;
    private long _lastTicks;
    private volatile bool _disposed;

    /// <summary>A store in a file, which is made when it is not there. Nothing is opened yet.</summary>
    /// <param name="path">The file; its folder is made, too. Files beside it begin with the same name.</param>
    /// <param name="retention">How much of each source is kept; the defaults when null. A source in a file that holds more is cut at its next line.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    public SqliteLogStore(string path, LogRetention? retention = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
        _retention = retention ?? new LogRetention();
        ArgumentOutOfRangeException.ThrowIfLessThan(_retention.MaxLines, 1, nameof(retention));
        ArgumentOutOfRangeException.ThrowIfLessThan(_retention.MaxBytes, 1, nameof(retention));
        _readers = new ReaderPool<LogReader>(path, () => new LogReader(OpenFile().OpenReader()));
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The file cannot be opened, is damaged, of a newer version, or held by another process.</exception>
    public async ValueTask<LogStoreState> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_file is not null)
        {
            throw new InvalidOperationException("The store is open already.");
        }

        var file = await DatabaseFile.OpenAsync(_path, LogSchema.Instance, Durability.Process).ConfigureAwait(false);
        try
        {
            lock (file.Gate)
            {
                var state = ReadState(file);
                _appends = new DiskThread("PlayFlow logs");
                _file = file;
                return state;
            }
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A sequence does not grow, a timestamp goes back, or a source changes its project; nothing is kept.
    /// </exception>
    /// <exception cref="StoreException">The lines cannot be written; nothing is kept, and the same lines may be given again.</exception>
    public ValueTask AppendAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        cancellationToken.ThrowIfCancellationRequested();
        var file = OpenFile();
        if (records.Count == 0)
        {
            return default;
        }

        return new ValueTask(_appends!.RunAsync(() => Append(file, records)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Neither a source nor a project is asked for, or a count is out of range.</exception>
    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(LogQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset, nameof(query));
        if (query.Source is null && query.Project is null)
        {
            throw new ArgumentException("A query names a source or a project.", nameof(query));
        }

        cancellationToken.ThrowIfCancellationRequested();
        OpenFile();
        return new ValueTask<IReadOnlyList<LogRecord>>(_readers.Read(query, static (reader, query) => reader.Read(query)));
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(LogSource source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OpenFile();
        return new ValueTask<long>(_readers.Read(source, static (reader, source) => reader.Count(source)));
    }

    /// <inheritdoc/>
    public ValueTask<long> GetPositionAsync(ComputeId compute, LogLevel level, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OpenFile();
        return new ValueTask<long>(_readers.Read((compute, level), static (reader, of) => reader.Position(of.compute, of.level)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _readers.Dispose();
        if (_appends is { } appends)
        {
            await appends.DisposeAsync().ConfigureAwait(false);
        }

        if (_file is { } file)
        {
            lock (file.Gate)
            {
                _lines?.Dispose();
                _lines = null;
            }

            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Makes the disk look full, or lets it look empty again with 0.</summary>
    internal void LimitPages(long pages) => OpenFile().LimitPages(pages);

    private void Append(DatabaseFile file, IReadOnlyList<LogRecord> records)
    {
        lock (file.Gate)
        {
            ObjectDisposedException.ThrowIf(_lines is null, this);
            ThrowIfOutOfOrderLocked(records);
            try
            {
                _lines.Append(records);
            }
            catch (SqliteException exception)
            {
                throw Failures.Explain(exception, file.Path);
            }

            (_lastSequence, _lastTicks) = (records[^1].Sequence, records[^1].Timestamp.UtcTicks);
            file.Committed();
        }
    }

    private LogStoreState ReadState(DatabaseFile file)
    {
        try
        {
            using var times = new TimeIndex(file.Writer.Connection);
            var last = times.Last();
            (_lastSequence, _lastTicks) = last ?? (0, 0);
            _lines = new LineWriter(file.Writer, _retention);
            return new LogStoreState(_lastSequence, last is null ? null : new DateTimeOffset(_lastTicks, TimeSpan.Zero));
        }
        catch (SqliteException exception)
        {
            throw Failures.Explain(exception, file.Path);
        }
    }

    private DatabaseFile OpenFile()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _file ?? throw new InvalidOperationException("OpenAsync comes before any other call.");
    }

    private void ThrowIfOutOfOrderLocked(IReadOnlyList<LogRecord> records)
    {
        var (sequence, ticks) = (_lastSequence, _lastTicks);
        foreach (var record in records)
        {
            if (record.Sequence <= sequence || record.Timestamp.UtcTicks < ticks)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"Line {record.Sequence} of {record.Timestamp:O} does not follow line {sequence}: sequences grow and time does not go back."), nameof(records));
            }

            (sequence, ticks) = (record.Sequence, record.Timestamp.UtcTicks);
        }
    }
}
