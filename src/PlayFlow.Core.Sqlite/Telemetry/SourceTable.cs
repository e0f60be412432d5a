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
    private readonly Dictionary<ProjectId, long> _projects = [];
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _findProject;
    private readonly SqliteCommand _insertProject;
    private readonly Statement _insert;
    private readonly Statement _update;
    private long _lastId;

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
        _findProject = connection.Prepared("SELECT id FROM project WHERE name = @name", ("@name", SqliteType.Text));
        _insertProject = connection.Prepared(
            "INSERT INTO project (name) VALUES (@name) ON CONFLICT DO NOTHING",
            ("@name", SqliteType.Text));
        _insert = new Statement(connection, "INSERT INTO source (lines, bytes, id, name, kind, project) VALUES (?, ?, ?, ?, ?, ?)");
        _update = new Statement(connection, "UPDATE source SET lines = ?, bytes = ? WHERE id = ?");
        _lastId = connection.Number("SELECT COALESCE(MAX(id), 0) FROM source");
    }

    /// <summary>The sources that got lines since <see cref="Saved"/>.</summary>
    public IReadOnlyList<SourceRow> Changed => _changed;

    /// <summary>The source of a line, made when it is new; counts as changed.</summary>
    /// <exception cref="ArgumentException">It belongs to another project.</exception>
    public SourceRow ForLine(LogRecord line)
    {
        if (!_rows.TryGetValue(line.Source, out var row))
        {
            row = Find(line.Source) ?? New(line.Source, line.Project);
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

    public void Save(SourceRow row)
    {
        var statement = row.IsNew
            ? _insert.With(3, row.Source.Id).With(4, Words.Of(row.Source.Kind)).With(5, row.Project)
            : _update;
        statement.With(0, row.Lines).With(1, row.Bytes).With(2, row.Id).Run();
    }

    /// <summary>What changed is committed.</summary>
    public void Saved()
    {
        _changed.ForEach(row => row.IsChanged = row.IsNew = false);
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
        _projects.Clear();
    }

    public void Dispose()
    {
        _find.Dispose();
        _findProject.Dispose();
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
                Source = source,
                Project = row.GetInt64(1),
                ProjectName = row.GetString(2),
                Lines = row.GetInt64(3),
                Bytes = row.GetInt64(4),
            }
            : null;
    }

    // The row is written once the batch has been, with what it comes to.
    private SourceRow New(LogSource source, ProjectId project) => new()
    {
        Id = ++_lastId,
        Source = source,
        Project = IdOf(project),
        ProjectName = project.Value,
        Lines = 0,
        Bytes = 0,
        IsNew = true,
    };

    private long IdOf(ProjectId project)
    {
        if (!_projects.TryGetValue(project, out var id))
        {
            _insertProject.With(0, project.Value).ExecuteNonQuery();
            id = (long)_findProject.With(0, project.Value).ExecuteScalar()!;
            _projects.Add(project, id);
        }

        return id;
    }
}
