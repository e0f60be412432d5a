using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests.Logs;

/// <summary>A game that writes more than is taken in.</summary>
public sealed class FloodTests
{
    private const int LineBytes = 1024;

    private readonly ComputeId _id = new(new InstanceId("server"), 1);
    private readonly RecordingObserver _observer = new();
    private readonly List<(long From, long To)> _released = [];
    private string _folder = null!;

    private string Output => Path.Combine(_folder, "out");

    [SetUp]
    public void CreateFiles()
    {
        _folder = Directory.CreateTempSubdirectory("playflow-flood-").FullName;
        File.WriteAllText(Output, string.Empty);
        File.WriteAllText(Path.Combine(_folder, "err"), string.Empty);
    }

    [TearDown]
    public void RemoveFiles() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Flush_OfAGameThatWritesFasterThanItsLinesAreTaken_Returns()
    {
        Write(2000);
        var flooded = new FloodedObserver(_observer, () => Write(4000));
        await using var log = OpenLog(flooded);

        await log.FlushAsync(isLast: false, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(flooded.IsExhausted, Is.False);
            Assert.That(_observer.Lines(_id).Take(2000), Is.EqualTo(Enumerable.Range(0, 2000).Select(Line)));
        }
    }

    [Test]
    public async Task End_WithALongBacklog_ReportsItsLastPart()
    {
        var count = Write((int)(3 * LogStream.LongestRest / LineBytes));
        await using var log = OpenLog(_observer);

        await log.FlushAsync(isLast: true, CancellationToken.None);

        AssertSkippedTo(count);
    }

    [Test]
    public async Task Report_OfABacklogPastTheBound_SkipsAndGivesTheDiskBack()
    {
        var count = Write((int)(LogStream.LongestBacklog / LineBytes) + 1);
        await using var log = OpenLog(_observer);

        await log.FlushAsync(isLast: false, CancellationToken.None);

        AssertSkippedTo(count);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_released[0].From, Is.Zero);
            Assert.That(_released[^1].To, Is.GreaterThan(((long)count * LineBytes) - (2 * 1024 * 1024)));
        }
    }

    [Test]
    public async Task Report_OfABacklogWithinTheBound_SkipsNothing()
    {
        var count = Write((int)(LogStream.LongestBacklog / LineBytes));
        await using var log = OpenLog(_observer);

        await log.FlushAsync(isLast: false, CancellationToken.None);

        Assert.That(_observer.Lines(_id), Is.EqualTo(Enumerable.Range(0, count).Select(Line)));
    }

    private static string Line(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(LineBytes - 1);

    private void AssertSkippedTo(int count)
    {
        var lines = _observer.Lines(_id);
        var kept = lines.Count - 1;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Is.EqualTo(FormattableString.Invariant($"… {(long)(count - kept) * LineBytes} bytes of output were skipped")));
            Assert.That(kept * LineBytes, Is.InRange(LogStream.LongestRest - LineBytes, LogStream.LongestRest));
            Assert.That(lines.Skip(1), Is.EqualTo(Enumerable.Range(count - kept, kept).Select(Line)));
            Assert.That(_observer.Positions(_id), Is.Ordered.And.Unique);
        }
    }

    private int Write(int lines)
    {
        using var file = new FileStream(Output, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        for (var i = 0; i < lines; i++)
        {
            file.Write(Encoding.UTF8.GetBytes(Line(i) + "\n"));
        }

        return lines;
    }

    private FollowedLog OpenLog(IComputeObserver observer) => new(
        _id,
        new LogStream(_id, LogLevel.Info, Output, 0, (_, from, to) => _released.Add((from, to))),
        new LogStream(_id, LogLevel.Error, Path.Combine(_folder, "err"), 0, (_, _, _) => { }),
        observer,
        NullLogger.Instance);

    /// <summary>Has more written whenever lines are taken, up to a number of times that no bounded flush comes to.</summary>
    private sealed class FloodedObserver(IComputeObserver inner, Action write) : IComputeObserver
    {
        private const int Enough = 100;

        private int _reports;

        public bool IsExhausted => _reports >= Enough;

        public void ReportPortsOpen(ComputeId id) => inner.ReportPortsOpen(id);

        public void ReportEnded(ComputeId id, ComputeExit exit) => inner.ReportEnded(id, exit);

        public ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken)
        {
            if (++_reports < Enough && _reports % 16 == 0)
            {
                write();
            }

            return inner.ReportLogAsync(id, lines, cancellationToken);
        }

        public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken) =>
            inner.GetLogPositionAsync(id, level, cancellationToken);
    }
}
