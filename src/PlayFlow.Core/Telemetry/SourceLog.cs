using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Telemetry;

/// <summary>What is kept of one source, and the lines of all servers of its project it takes part in.</summary>
internal sealed class SourceLog(ProjectId project, LogLines? shared)
{
    private long _bytes;

    public ProjectId Project { get; } = project;

    public LogLines Lines { get; } = new();

    public int Count { get; private set; }

    public void Add(LogRecord record, LogRetention retention)
    {
        Lines.Add(record);
        shared?.Add(record);
        Count++;
        _bytes += BytesOf(record);
        while (Count > retention.MaxLines || (_bytes > retention.MaxBytes && Count > 1))
        {
            var oldest = Lines.Oldest;
            Lines.Remove(oldest);
            shared?.Remove(oldest);
            Count--;
            _bytes -= BytesOf(oldest);
        }
    }

    private static long BytesOf(LogRecord record) => record.Text.Length * 2L;
}
