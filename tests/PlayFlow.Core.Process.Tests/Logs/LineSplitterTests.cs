using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests.Logs;

public sealed class LineSplitterTests
{
    [TestCase("one\ntwo\r\nthree", new[] { "one", "two" }, 9)]
    [TestCase("\n\r\n", new[] { "", "" }, 3)]
    [TestCase("a\rb\n", new[] { "a\rb" }, 4)]
    [TestCase("unfinished", new string[0], 0)]
    [TestCase("", new string[0], 0)]
    public void Split_Text_GivesWholeLines(string text, string[] lines, int taken)
    {
        var (found, length) = Split(Encoding.UTF8.GetBytes(text), isLast: false);

        Assert.That(found.Select(line => line.Text), Is.EqualTo(lines));
        Assert.That(length, Is.EqualTo(taken));
    }

    [Test]
    public void Split_Last_GivesTheRestToo()
    {
        var (found, length) = Split("one\nrest"u8.ToArray(), isLast: true);

        Assert.That(found.Select(line => (line.Text, line.Position)), Is.EqualTo(new[] { ("one", 104L), ("rest", 108L) }));
        Assert.That(length, Is.EqualTo(8));
    }

    [Test]
    public void Split_LongLine_IsCutBetweenCharacters()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("é", LineSplitter.LongestLine));
        var (found, _) = Split(Encoding.UTF8.GetBytes(text + "\n"), isLast: false);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Concat(found.Select(line => line.Text)), Is.EqualTo(text));
            Assert.That(found.Select(line => Encoding.UTF8.GetByteCount(line.Text)), Is.All.AtMost(LineSplitter.LongestLine));
            Assert.That(found.Select(line => line.Position), Is.Ordered.And.Unique);
        }
    }

    [Test]
    public void Split_LongestLine_IsNotCut()
    {
        var (found, length) = Split(Encoding.UTF8.GetBytes(new string('x', LineSplitter.LongestLine) + "\nnext\n"), isLast: false);

        Assert.That(found.Select(line => line.Text.Length), Is.EqualTo(new[] { LineSplitter.LongestLine, 4 }));
        Assert.That(length, Is.EqualTo(LineSplitter.LongestLine + 6));
    }

    [Test]
    public void Split_BytesThatAreNoText_AreReplaced()
    {
        var (found, _) = Split([0xff, (byte)'a', 0, (byte)'\n'], isLast: false);

        Assert.That(found.Single().Text, Is.EqualTo("\uFFFDa\uFFFD"));
    }

    private static (List<ComputeLogLine> Lines, int Taken) Split(byte[] bytes, bool isLast)
    {
        var lines = new List<ComputeLogLine>();
        return (lines, LineSplitter.Split(bytes, 100, isLast, LogLevel.Info, lines));
    }
}
