using Microsoft.Data.Sqlite;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>The sources as the writer knows them, with how much is kept of each. A few thousand are remembered between batches.</summary>
internal sealed class SourceTable : IDisposable
{
    private const int Remembered = 4_096;

    private readonly Dictionary<LogSource, SourceRow> _rows = [];
    private readonly List<SourceRow> _changed = [];
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _insertProject;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;

    public SourceTable(SqliteConnection connection)
    {
        _find = connection.Prepared(
            """
            SELECT source.id, source.project, project.name, source.lines, source.bytes
            FROM source JOIN project ON project.id = source.project
            WHERE source.name = @name AND source.kind = @kind
            """,
            ("@name", SqliteType.Text),
            ("@kind", SqliteType.Text));
        _insertProject = connection.Prepared(
            "INSERT INTO project (name) VALUES (@name) ON CONFLICT DO NOTHING",
            ("@name", SqliteType.Text));
        _insert = connection.Prepared(
            """
            INSERT INTO source (name, kind, project, lines, bytes)
            VALUES (@name, @kind, (SELECT id FROM project WHERE name = @project), 0, 0)
            """,
            ("@name", SqliteType.Text),
            ("@kind", SqliteType.Text),
            ("@project", SqliteType.Text));
        _update = connection.Prepared(
            "UPDATE source SET lines = @lines, bytes = @bytes WHERE id = @id",
            ("@lines", SqliteType.Integer),
            ("@bytes", SqliteType.Integer),
            ("@id", SqliteType.Integer));
    }

    /// <summary>The sources that got lines since <see cref="Saved"/>.</summary>
    public IReadOnlyList<SourceRow> Changed => _changed;

    /// <summary>The source of a line, made when it is new; counts as changed.</summary>
    /// <exception cref="ArgumentException">It belongs to another project.</exception>
    public SourceRow ForLine(LogRecord line)
    {
        if (!_rows.TryGetValue(line.Source, out var row))
        {
            row = Find(line.Source) ?? Insert(line.Source, line.Project);
            _rows.Add(line.Source, row);
        }

        if (row.ProjectName != line.Project.Value)
        {
            throw new ArgumentException($"{line.Source.Kind} '{line.Source.Id}' belongs to another project.", nameof(line));
        }

        if (!row.IsChanged)
        {
            row.IsChanged = true;
            _changed.Add(row);
        }

        return row;
    }

    public void Save(SourceRow row) => _update.With(0, row.Lines).With(1, row.Bytes).With(2, row.Id).ExecuteNonQuery();

    /// <summary>What changed is committed.</summary>
    public void Saved()
    {
        _changed.ForEach(row => row.IsChanged = false);
        _changed.Clear();
        if (_rows.Count > Remembered)
        {
            _rows.Clear();
        }
    }

    /// <summary>What changed is not committed: the database knows better.</summary>
    public void Forget()
    {
        _changed.Clear();
        _rows.Clear();
    }

    public void Dispose()
    {
        _find.Dispose();
        _insertProject.Dispose();
        _insert.Dispose();
        _update.Dispose();
    }

    private SourceRow? Find(LogSource source)
    {
        using var row = _find.With(0, source.Id).With(1, Words.Of(source.Kind)).ExecuteReader();
        return row.Read()
            ? new SourceRow
            {
                Id = row.GetInt64(0),
                ServerProject = source.Kind is LogSourceKind.Server ? row.GetInt64(1) : null,
                ProjectName = row.GetString(2),
                Lines = row.GetInt64(3),
                Bytes = row.GetInt64(4),
            }
            : null;
    }

    private SourceRow Insert(LogSource source, ProjectId project)
    {
        _insertProject.With(0, project.Value).ExecuteNonQuery();
        _insert.With(0, source.Id).With(1, Words.Of(source.Kind)).With(2, project.Value).ExecuteNonQuery();
        return Find(source)!;
    }
}
