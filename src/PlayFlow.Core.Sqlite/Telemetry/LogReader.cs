using Microsoft.Data.Sqlite;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>Answers queries over a connection of its own; every answer is of one moment.</summary>
internal sealed class LogReader : IDisposable
{
    internal const string OfSource = """
        SELECT line.sequence, line.source, source.kind, source.name, project.name, line.ticks, line.level, line.instance, line.launch, line.position, line.text
        FROM source JOIN project ON project.id = source.project JOIN line ON line.source = source.id
        WHERE source.name = @name AND source.kind = @kind AND line.sequence > @after AND line.sequence <= @until
        ORDER BY line.sequence LIMIT @limit OFFSET @offset
        """;

    internal const string OfProject = """
        SELECT line.sequence, line.source, source.kind, source.name, project.name, line.ticks, line.level, line.instance, line.launch, line.position, line.text
        FROM project JOIN line ON line.server_project = project.id JOIN source ON source.id = line.source
        WHERE project.name = @name AND line.sequence > @after AND line.sequence <= @until
        ORDER BY line.sequence LIMIT @limit OFFSET @offset
        """;

    private readonly SqliteConnection _connection;
    private readonly TimeIndex _times;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _end;
    private readonly SqliteCommand _ofSource;
    private readonly SqliteCommand _ofProject;
    private readonly SqliteCommand _count;
    private readonly SqliteCommand _position;

    public LogReader(SqliteConnection connection)
    {
        _connection = connection;
        _times = new TimeIndex(connection);
        _begin = connection.Prepared("BEGIN");
        _end = connection.Prepared("COMMIT");
        (string, SqliteType)[] bounds =
        [
            ("@after", SqliteType.Integer), ("@until", SqliteType.Integer), ("@limit", SqliteType.Integer), ("@offset", SqliteType.Integer),
            ("@name", SqliteType.Text), ("@kind", SqliteType.Text),
        ];
        _ofSource = connection.Prepared(OfSource, bounds);
        _ofProject = connection.Prepared(OfProject, bounds.AsSpan(..^1));
        _count = connection.Prepared(
            "SELECT lines FROM source WHERE name = @name AND kind = @kind",
            ("@name", SqliteType.Text),
            ("@kind", SqliteType.Text));
        _position = connection.Prepared(
            "SELECT position FROM position WHERE instance = @instance AND launch = @launch AND level = @level",
            ("@instance", SqliteType.Text),
            ("@launch", SqliteType.Integer),
            ("@level", SqliteType.Text));
    }

    public IReadOnlyList<LogRecord> Read(LogQuery query)
    {
        _begin.ExecuteNonQuery();
        var after = query.After is { } start ? Math.Max(query.AfterSequence, _times.LastUntil(start)) : query.AfterSequence;
        var until = query.Until is { } end ? _times.LastUntil(end) : long.MaxValue;
        var command = query.Source is { } source
            ? _ofSource.With(4, source.Id).With(5, Words.Of(source.Kind))
            : _ofProject.With(4, query.Project!.Value.Value);
        var lines = Lines(command.With(0, after).With(1, until).With(2, query.Limit).With(3, query.Offset), query);
        _end.ExecuteNonQuery();
        return lines;
    }

    public long Count(LogSource source)
    {
        using var row = _count.With(0, source.Id).With(1, Words.Of(source.Kind)).ExecuteReader();
        return row.Read() ? row.GetInt64(0) : 0;
    }

    public long Position(ComputeId compute, LogLevel level)
    {
        using var row = _position.With(0, compute.Instance.Value).With(1, compute.Launch).With(2, Words.Of(level)).ExecuteReader();
        return row.Read() ? row.GetInt64(0) : 0;
    }

    public void Dispose()
    {
        _times.Dispose();
        _begin.Dispose();
        _end.Dispose();
        _ofSource.Dispose();
        _ofProject.Dispose();
        _count.Dispose();
        _position.Dispose();
        _connection.Dispose();
    }

    private static List<LogRecord> Lines(SqliteCommand command, LogQuery query)
    {
        var lines = new List<LogRecord>();
        var sources = new Dictionary<long, (LogSource Source, ProjectId Project)>();
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            if (!sources.TryGetValue(row.GetInt64(1), out var owner))
            {
                owner = (new LogSource(Words.Kind(row.GetString(2)), row.GetString(3)), new ProjectId(row.GetString(4)));
                sources.Add(row.GetInt64(1), owner);
            }

            if (query.Project is { } project && owner.Project != project)
            {
                break;
            }

            lines.Add(Line(row, owner.Source, owner.Project));
        }

        return lines;
    }

    private static LogRecord Line(SqliteDataReader row, LogSource source, ProjectId project) => new()
    {
        Sequence = row.GetInt64(0),
        Timestamp = new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero),
        Project = project,
        Source = source,
        Level = Words.Level(row.GetString(6)),
        Compute = row.IsDBNull(8) ? null : new ComputeId(new(row.IsDBNull(7) ? source.Id : row.GetString(7)), row.GetInt32(8)),
        Position = row.GetInt64(9),
        Text = LineText.FromColumn(row, 10),
    };
}
