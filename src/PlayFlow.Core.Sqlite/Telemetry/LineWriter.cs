using Microsoft.Data.Sqlite;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>Writes batches of lines, and drops from each source what its retention no longer covers.</summary>
internal sealed class LineWriter : IDisposable
{
    private readonly WriteConnection _writer;
    private readonly LogRetention _retention;
    private readonly SourceTable _sources;
    private readonly Dictionary<(ComputeId Compute, LogLevel Level), long> _positions = [];

    // Of each line of the batch at hand.
    private readonly List<SourceRow> _rows = [];
    private readonly Statement _insert;
    private readonly SqliteCommand _oldest;
    private readonly Statement _delete;
    private readonly Statement _position;

    public LineWriter(WriteConnection writer, LogRetention retention)
    {
        _writer = writer;
        _retention = retention;
        _sources = new SourceTable(writer.Connection);
        _insert = new Statement(
            writer.Connection,
            """
            INSERT INTO line (sequence, source, server_project, ticks, level, instance, launch, position, size, text)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _oldest = writer.Connection.Prepared(
            "SELECT sequence, size FROM line WHERE source = @source ORDER BY sequence",
            ("@source", SqliteType.Integer));
        _delete = new Statement(writer.Connection, "DELETE FROM line WHERE source = ? AND sequence <= ?");
        _position = new Statement(
            writer.Connection,
            """
            INSERT INTO position (instance, launch, level, position) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET position = MAX(position, excluded.position)
            """);
    }

    /// <summary>Keeps lines, all or none.</summary>
    public void Append(IReadOnlyList<LogRecord> lines)
    {
        try
        {
            _writer.Transact((this, lines), static of => of.Item1.Write(of.lines));
            _sources.Saved();
        }
        catch
        {
            _sources.Forget();
            throw;
        }
    }

    public void Dispose()
    {
        _sources.Dispose();
        _insert.Dispose();
        _oldest.Dispose();
        _delete.Dispose();
        _position.Dispose();
    }

    private void Write(IReadOnlyList<LogRecord> lines)
    {
        _positions.Clear();
        _rows.Clear();
        foreach (var line in lines)
        {
            _rows.Add(_sources.Add(line, SizeOf(line)));
            if (line.Compute is { } compute)
            {
                var position = _positions.GetValueOrDefault((compute, line.Level));
                _positions[(compute, line.Level)] = Math.Max(position, line.Position);
            }
        }

        _sources.Place();
        for (var i = 0; i < lines.Count; i++)
        {
            Insert(lines[i], _rows[i]);
        }

        foreach (var source in _sources.Touched)
        {
            DropOldest(source);
        }

        _sources.Save();
        foreach (var ((compute, level), position) in _positions)
        {
            _position.With(0, compute.Instance.Value).With(1, compute.Launch).With(2, Words.Of(level)).With(3, position).Run();
        }
    }

    private static long SizeOf(LogRecord line) => line.Text.Length * 2L;

    private void Insert(LogRecord line, SourceRow source)
    {
        var instance = line.Compute?.Instance.Value;
        _insert
            .With(0, line.Sequence)
            .With(1, source.Id)
            .With(2, source.ServerProject)
            .With(3, line.Timestamp.UtcTicks)
            .With(4, Words.Of(line.Level))
            .With(5, instance == line.Source.Id ? null : instance)
            .With(6, line.Compute?.Launch)
            .With(7, line.Position)
            .With(8, SizeOf(line))
            .WithLine(9, line.Text)
            .Run();
    }

    /// <summary>Reads and drops just as many lines as are too many: the work follows what was written, not what is kept.</summary>
    private void DropOldest(SourceRow source)
    {
        if (!IsTooMuch(source))
        {
            return;
        }

        var last = 0L;
        using (var rows = _oldest.With(0, source.Id).ExecuteReader())
        {
            while (IsTooMuch(source) && rows.Read())
            {
                last = rows.GetInt64(0);
                source.Add(-1, -rows.GetInt64(1));
            }
        }

        _delete.With(0, source.Id).With(1, last).Run();
    }

    private bool IsTooMuch(SourceRow source) =>
        source.Lines > _retention.MaxLines || (source.Bytes > _retention.MaxBytes && source.Lines > 1);
}
