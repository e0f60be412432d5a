using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

/// <summary>The obvious log store: one plain list, read from end to end for every question.</summary>
internal sealed class LogStoreModel(LogRetention retention)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly List<LogRecord> _lines = [];

    public Dictionary<(ComputeId Compute, LogLevel Level), long> Positions { get; } = [];

    public IEnumerable<LogSource> Sources => _lines.Select(line => line.Source).Distinct();

    public LogStoreState State { get; private set; } = new(0, null);

    public IReadOnlyList<LogRecord> LinesFor(LogStoreStep.Append step)
    {
        var (sequence, timestamp) = (State.LastSequence, State.LastTimestamp ?? Start);
        var lines = new List<LogRecord>();
        foreach (var draft in step.Lines)
        {
            sequence += draft.Gap;
            timestamp = timestamp.AddSeconds(draft.Seconds);
            lines.Add(new LogRecord
            {
                Sequence = sequence,
                Timestamp = timestamp,
                Project = new ProjectId(draft.Source == 'x' ? "project1" : "project0"),
                Source = Source(draft.Source),
                Level = draft.IsError ? LogLevel.Error : LogLevel.Info,
                Text = new string((char)('0' + (sequence % 10)), draft.Length),
                Compute = draft.Launch == 0 ? null : new ComputeId(new(draft.Source.ToString()), draft.Launch),
                Position = draft.Launch == 0 ? 0 : sequence * 7 % 100,
            });
        }

        return lines;
    }

    public LogQuery QueryFor(LogStoreStep.Read step) => new()
    {
        Source = step.Source is { } source ? Source(source) : null,
        Project = step.Project is { } project ? new ProjectId($"project{project}") : null,
        AfterSequence = Math.Max(0, State.LastSequence - step.Back),
        After = State.LastTimestamp?.AddSeconds(-step.After ?? -1_000_000),
        Until = State.LastTimestamp?.AddSeconds(-step.Until ?? 1_000_000),
        Offset = step.Offset,
        Limit = step.Limit,
    };

    public void Keep(IReadOnlyList<LogRecord> lines)
    {
        foreach (var line in lines)
        {
            _lines.Add(line);
            State = new LogStoreState(line.Sequence, line.Timestamp);
            if (line.Compute is { } compute)
            {
                Positions[(compute, line.Level)] = Math.Max(Positions.GetValueOrDefault((compute, line.Level)), line.Position);
            }

            DropOldest(line.Source);
        }
    }

    public long Count(LogSource source) => _lines.Count(line => line.Source == source);

    public IReadOnlyList<LogRecord> Read(LogQuery query) =>
    [
        .. _lines
            .Where(line => query.Source is { } source ? line.Source == source : line.Source.Kind == LogSourceKind.Server)
            .Where(line => query.Project is not { } project || line.Project == project)
            .Where(line => line.Sequence > query.AfterSequence)
            .Where(line => query.After is not { } after || line.Timestamp > after)
            .Where(line => query.Until is not { } until || line.Timestamp <= until)
            .Skip(query.Offset)
            .Take(query.Limit),
    ];

    private static LogSource Source(char name) =>
        new(char.IsUpper(name) ? LogSourceKind.Build : LogSourceKind.Server, name.ToString());

    private void DropOldest(LogSource source)
    {
        while (Count(source) > retention.MaxLines
            || (Count(source) > 1 && _lines.Where(line => line.Source == source).Sum(line => line.Text.Length * 2L) > retention.MaxBytes))
        {
            _lines.RemoveAt(_lines.FindIndex(line => line.Source == source));
        }
    }
}
