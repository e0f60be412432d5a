using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>A made-up server's process. The provider's lock guards it.</summary>
internal sealed class FakeLaunch(long sequence, LaunchRequest request, FakeComputeScript script, long launchedAt)
{
    private long _outputEnd;
    private long _errorEnd;

    public long Sequence { get; } = sequence;

    public LaunchRequest Request { get; set; } = request;

    public FakeComputeScript Script { get; } = script;

    /// <summary>The clock's timestamp.</summary>
    public long LaunchedAt { get; } = launchedAt;

    public bool ArePortsOpen { get; set; }

    public ComputeExit? Exit { get; set; }

    public List<ComputeLogLine> Lines { get; } = [];

    public FakeReports? Reports { get; set; }

    public ComputeId Id => Request.Id;

    public ComputeStatus Status => new(Id, Exit, ArePortsOpen);

    /// <summary>A stream's positions count its characters and line ends.</summary>
    public ComputeLogLine Write(string text, LogLevel level)
    {
        ref var end = ref _outputEnd;
        if (level == LogLevel.Error)
        {
            end = ref _errorEnd;
        }

        end += text.Length + 1;
        var line = new ComputeLogLine(level, text, end);
        Lines.Add(line);
        return line;
    }
}
