using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Telemetry;

/// <summary>
/// Keeps log lines for as long as the object lives. A source costs nothing until it writes a line; reading a page costs the
/// same however many servers and lines there are. Safe to call from several threads; every call ends at once.
/// </summary>
/// <remarks>The newest line of a source is kept even when it alone is longer than <see cref="LogRetention.MaxBytes"/>.</remarks>
public sealed class InMemoryLogStore : ILogStore
{
    private readonly object _gate = new();
    private readonly LogRetention _retention;
    private readonly Dictionary<LogSource, SourceLog> _sources = [];
    private readonly Dictionary<ProjectId, LogLines> _serverLines = [];
    private readonly Dictionary<(ComputeId Compute, LogLevel Level), long> _positions = [];
    private LogRecord? _last;
    private Life _life;

    /// <summary>An empty store.</summary>
    /// <param name="retention">How much of each source is kept; the defaults when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    public InMemoryLogStore(LogRetention? retention = null)
    {
        _retention = retention ?? new LogRetention();
        if (_retention.MaxLines < 1 || _retention.MaxBytes < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(retention), "At least one line and one byte of each source are kept.");
        }
    }

    /// <inheritdoc/>
    public ValueTask<LogStoreState> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.New);
            _life = Life.Open;
            return new ValueTask<LogStoreState>(new LogStoreState(_last?.Sequence ?? 0, _last?.Timestamp));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A sequence does not grow, a timestamp goes back, or a source changes its project; nothing is kept.
    /// </exception>
    public ValueTask AppendAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
    {
        _ = records ?? throw new ArgumentNullException(nameof(records));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Open);
            ThrowIfOutOfOrderLocked(records);
            foreach (var record in records)
            {
                AddLocked(record);
                _last = record;
            }

            return default;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Neither a source nor a project is asked for, or a count is out of range.</exception>
    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(LogQuery query, CancellationToken cancellationToken)
    {
        ThrowIfMalformed(query);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Open);
            var result = new List<LogRecord>();
            LinesLocked(query)?.Read(query, result);
            return new ValueTask<IReadOnlyList<LogRecord>>(result);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(LogSource source, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Open);
            return new ValueTask<long>(_sources.TryGetValue(source, out var log) ? log.Count : 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> GetPositionAsync(ComputeId compute, LogLevel level, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowUnlessLocked(Life.Open);
            return new ValueTask<long>(_positions.TryGetValue((compute, level), out var position) ? position : 0);
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

    private LogLines? LinesLocked(LogQuery query)
    {
        if (query.Source is not { } source)
        {
            return _serverLines.TryGetValue(query.Project!.Value, out var lines) ? lines : null;
        }

        return _sources.TryGetValue(source, out var log) && log.Project == (query.Project ?? log.Project) ? log.Lines : null;
    }

    private void AddLocked(LogRecord record)
    {
        if (!_sources.TryGetValue(record.Source, out var log))
        {
            _sources.Add(record.Source, log = new SourceLog(record.Project, SharedLinesLocked(record)));
        }

        log.Add(record, _retention);
        if (record.Compute is { } compute)
        {
            var kept = _positions.TryGetValue((compute, record.Level), out var position) ? position : 0;
            _positions[(compute, record.Level)] = Math.Max(kept, record.Position);
        }
    }

    private LogLines? SharedLinesLocked(LogRecord record)
    {
        if (record.Source.Kind is not LogSourceKind.Server)
        {
            return null;
        }

        if (!_serverLines.TryGetValue(record.Project, out var lines))
        {
            _serverLines.Add(record.Project, lines = new LogLines());
        }

        return lines;
    }

    private void ThrowIfOutOfOrderLocked(IReadOnlyList<LogRecord> records)
    {
        var (sequence, timestamp) = (_last?.Sequence ?? 0, _last?.Timestamp);
        var newcomers = new Dictionary<LogSource, ProjectId>();
        foreach (var record in records)
        {
            if (record.Sequence <= sequence || record.Timestamp < timestamp)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Line {record.Sequence} of {record.Timestamp:O} does not follow line {sequence} of {timestamp:O}."), nameof(records));
            }

            (sequence, timestamp) = (record.Sequence, record.Timestamp);
            var owner = _sources.TryGetValue(record.Source, out var log) ? log.Project
                : newcomers.TryGetValue(record.Source, out var project) ? project
                : newcomers[record.Source] = record.Project;
            if (owner != record.Project)
            {
                throw new ArgumentException($"{record.Source.Kind} '{record.Source.Id}' belongs to another project.", nameof(records));
            }
        }
    }

    private static void ThrowIfMalformed(LogQuery query)
    {
        _ = query ?? throw new ArgumentNullException(nameof(query));
        if (query.Limit < 1 || query.Offset < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(query), "A limit is at least 1 and an offset at least 0.");
        }

        if (query.Source is null && query.Project is null)
        {
            throw new ArgumentException("A query names a source or a project.", nameof(query));
        }
    }

    private void ThrowUnlessLocked(Life wanted)
    {
        if (_life != wanted)
        {
            throw _life switch
            {
                Life.New => new InvalidOperationException("OpenAsync comes before any other call."),
                Life.Open => new InvalidOperationException("The store is open already."),
                _ => new ObjectDisposedException(nameof(InMemoryLogStore)),
            };
        }
    }

    private enum Life
    {
        New,
        Open,
        Disposed,
    }
}
