using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Logs;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Docker.Tests.Logs;

/// <summary>What the engine kept of a game's output, as lines with positions.</summary>
public sealed class LogParserTests
{
    private const string Time = "2026-11-23T11:32:06.886271345Z";
    private const long Position = 1_795_433_526_886_271_345;

    private static IEnumerable<TestCaseData> Times()
    {
        yield return new TestCaseData(Time, Position);
        yield return new TestCaseData("2026-11-23T11:32:06Z", 1_795_433_526_000_000_000);
        yield return new TestCaseData("2026-11-23T12:32:06.5+01:00", 1_795_433_526_500_000_000);
        yield return new TestCaseData("no time", null);
        yield return new TestCaseData("2026-11-23", null);
    }

    [TestCaseSource(nameof(Times))]
    public void Time_IsReadToTheNanosecond(string text, long? nanoseconds) =>
        Assert.That(LogParser.ParseTime(Encoding.ASCII.GetBytes(text)), Is.EqualTo(nanoseconds));

    [Test]
    public void Lines_OfOneTime_GetPositionsThatGrow() => Assert.That(
        Parse($"{Time} a\n{Time} b\n2026-11-23T11:32:06.886271346Z c\n2026-11-23T11:32:06.9Z d\n").Select(line => (line.Text, line.Position)),
        Is.EqualTo((IEnumerable<(string, long)>)[("a", Position), ("b", Position + 1), ("c", Position + 2), ("d", 1_795_433_526_900_000_000)]));

    [Test]
    public void Lines_CutAnywhere_AreTheSame([Range(1, 40, 3)] int size)
    {
        var text = $"{Time} erste Zeile äöü\r\n{Time} \n{Time} last";
        var bytes = Encoding.UTF8.GetBytes(text);
        var parser = new LogParser(LogLevel.Info);
        var lines = new List<ComputeLogLine>();
        for (var i = 0; i < bytes.Length; i += size)
        {
            parser.Parse(bytes.AsSpan(i, Math.Min(size, bytes.Length - i)), lines);
        }

        parser.Finish(lines);
        Assert.That(lines, Is.EqualTo(Parse(text)));
        Assert.That(lines.Select(line => line.Text), Is.EqualTo((string[])["erste Zeile äöü", string.Empty, "last"]));
    }

    [Test]
    public void Line_ThatTheEngineCut_IsSeveral_AndNoCharacterBreaks()
    {
        var content = "x" + string.Concat(Enumerable.Repeat("é", 20_000));
        var bytes = Encoding.UTF8.GetBytes(content);
        var text = new MemoryStream();
        for (var i = 0; i < bytes.Length; i += LogParser.LongestLine)
        {
            text.Write(Encoding.ASCII.GetBytes(Time + " "));
            text.Write(bytes.AsSpan(i, Math.Min(LogParser.LongestLine, bytes.Length - i)));
        }

        text.Write("\n"u8);
        var lines = Parse(text.ToArray());

        Assert.That(lines, Has.Count.EqualTo(3));
        Assert.That(string.Concat(lines.Select(line => line.Text)), Is.EqualTo(content));
    }

    [Test]
    public void Line_WithATimeOfItsOwnInside_IsOne() =>
        Assert.That(Parse($"{Time} says {Time} and on\n").Single().Text, Is.EqualTo($"says {Time} and on"));

    [Test]
    public void Null_IsReplaced() => Assert.That(Parse($"{Time} a\0b\n").Single().Text, Is.EqualTo("a\uFFFDb"));

    private static List<ComputeLogLine> Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    private static List<ComputeLogLine> Parse(byte[] bytes)
    {
        var parser = new LogParser(LogLevel.Info);
        var lines = new List<ComputeLogLine>();
        parser.Parse(bytes, lines);
        parser.Finish(lines);
        return lines;
    }
}
