using System.Collections.Immutable;
using System.Globalization;
using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Compute;

// What a game writes.
public abstract partial class ComputeProviderContract
{
    /// <summary>Every line is reported once, in the order of its stream and before the end.</summary>
    [Test]
    public async Task Lines_are_reported_once_in_order_and_before_the_end()
    {
        var behaviour = LaunchBehaviour.Exits(0) with { Lines = Numbered("line", 200), ErrorLines = Numbered("error", 50) };
        var id = await LaunchAsync(behaviour);
        await UntilEndedAsync(id);

        AssertLines(Observer, id, behaviour);
        var reports = Observer.Reports.FindAll(report => report.Id == id);
        Assert.That(reports.FindIndex(report => report is ComputeReport.Ended), Is.EqualTo(reports.Count - 1), "the end is the last report");
    }

    /// <summary>A flush reports all that a running launch has written.</summary>
    [Test]
    public async Task Flush_reports_every_line_written_so_far()
    {
        var behaviour = LaunchBehaviour.Runs with { Lines = Numbered("line", 20) };
        var id = await LaunchAsync(behaviour);
        await UntilPortsAreOpenAsync(id);
        await Provider.FlushLogsAsync(id, Token);

        AssertLines(Observer, id, behaviour);
    }

    private protected static ImmutableArray<string> Numbered(string word, int count) =>
        [.. Enumerable.Range(1, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{word} {number} äß✓"))];

    private protected static void AssertLines(RecordingComputeObserver observer, ComputeId id, LaunchBehaviour behaviour)
    {
        using (Assert.EnterMultipleScope())
        {
            AssertStream(LogLevel.Info, behaviour.Lines);
            AssertStream(LogLevel.Error, behaviour.ErrorLines);
        }

        void AssertStream(LogLevel level, ImmutableArray<string> expected)
        {
            var lines = observer.LinesOf(id).Where(line => line.Level == level).ToList();
            Assert.That(lines.Select(line => line.Text), Is.EqualTo(expected), $"lines of {level}");
            Assert.That(
                lines.Zip(lines.Skip(1)).All(pair => pair.First.Position < pair.Second.Position),
                Is.True,
                $"positions of {level} grow");
        }
    }
}
