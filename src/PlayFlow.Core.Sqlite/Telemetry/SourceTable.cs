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
    private readonly List<SourceRow> _touched = [];
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
            SELECT source.id, project.name, source.lines, source.bytes
            FROM source JOIN project ON project.id = source.project
            WHERE source.name = @name AND source.kind = @kind
            """,
            ("@name", SqliteType.Text),
            ("@kind", SqliteType.Text));
        _findProject = connection.Prepared("SELECT id FROM project WHERE name = @name", ("@name", SqliteType.Text));
        _insertProject = connection.Prepared(
            "INSERT INTO project (name) VALUES (@name) ON CONFLICT DO NOTHING",
            ("@name", SqliteType.Text));
        _insert = new Statement(
            connection, "INSERT INTO source (lines, bytes, id, name, kind, project) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name, kind) DO NOTHING");
        _update = new Statement(connection, "UPDATE source SET lines = ?, bytes = ? WHERE id = ?");
        _lastId = connection.Number("SELECT COALESCE(MAX(id), 0) FROM source");
    }

    /// <summary>The sources that got lines since <see cref="Saved"/>.</summary>
    public IReadOnlyList<SourceRow> Touched => _touched;

    /// <summary>Counts a line to its source, whose key is known after <see cref="Place"/>.</summary>
    /// <exception cref="ArgumentException">It belongs to another project.</exception>
    public SourceRow Add(LogRecord line, long size)
    {
        if (!_rows.TryGetValue(line.Source, out var row))
        {
            row = new SourceRow { Source = line.Source, Project = IdOf(line.Project), ProjectName = line.Project.Value };
            _rows.Add(line.Source, row);
            _touched.Add(row);
        }
        else if (row.IsSaved)
        {
            _touched.Add(row);
        }

        ThrowIfOfAnother(row, line.Project.Value);

        row.Add(1, size);
        return row;
    }

    /// <summary>Finds those that nobody has looked for yet; writes those that are new, as nearly all of them are.</summary>
    /// <exception cref="ArgumentException">One belongs to another project.</exception>
    public void Place()
    {
        foreach (var row in _touched)
        {
            if (row.Id != 0)
            {
                continue;
            }

            row.IsSaved = Write(_insert.With(3, row.Source.Id).With(4, Words.Of(row.Source.Kind)).With(5, row.Project), row, _lastId + 1);
            row.Id = row.IsSaved ? ++_lastId : Find(row);
        }
    }

    /// <summary>Writes the counts that the database does not have.</summary>
    public void Save()
    {
        foreach (var row in _touched)
        {
            row.IsSaved = row.IsSaved || Write(_update, row, row.Id);
        }
    }

    /// <summary>What got lines is committed.</summary>
    public void Saved()
    {
        _touched.Clear();
        if (_rows.Count > Remembered)
        {
            _rows.Clear();
        }
    }

    /// <summary>What got lines is not committed: the database knows better.</summary>
    public void Forget()
    {
        _touched.Clear();
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

    private static bool Write(Statement statement, SourceRow row, long id) =>
        statement.With(0, row.Lines).With(1, row.Bytes).With(2, id).Run() > 0;

    private static void ThrowIfOfAnother(SourceRow row, string project)
    {
        if (row.ProjectName != project)
        {
            throw new ArgumentException($"{row.Source.Kind} '{row.Source.Id}' belongs to another project.");
        }
    }

    // One that is there already, and what is kept of it.
    private long Find(SourceRow row)
    {
        using var found = _find.With(0, row.Source.Id).With(1, Words.Of(row.Source.Kind)).ExecuteReader();
        found.Read();
        ThrowIfOfAnother(row, found.GetString(1));
        row.Add(found.GetInt64(2), found.GetInt64(3));
        return found.GetInt64(0);
    }

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
