using System.Text;
using PlayFlow.Core.Process.Linux;

namespace PlayFlow.Core.Process.Tests.Linux;

[Platform("Linux")]
public sealed class ProcessUsageTests
{
    [Test]
    public void TryParse_NameWithBlanksAndParentheses_FindsTheFields()
    {
        var line = "4242 (evil) name (x)) S 17 18 19 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 1 0 147097 2654208 55 0 0"u8;

        Assert.That(ProcessUsage.TryParse(line, out var usage), Is.True);
        Assert.That(usage, Is.EqualTo(new ProcessUsage(4242, 17, 19, 147097, 127, 55)));
    }

    [TestCase("")]
    [TestCase("4242")]
    [TestCase("4242 (name) S 1 2")]
    [TestCase("x (name) S 17 18 19 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 147097 2654208 20")]
    public void TryParse_AnythingElse_IsRefused(string line) =>
        Assert.That(ProcessUsage.TryParse(Encoding.UTF8.GetBytes(line), out _), Is.False);

    [Test]
    public void Read_OwnProcess_IsWhatTheSlowWayTells()
    {
        Assert.That(ProcessStat.TryRead(Environment.ProcessId, out var stat), Is.True);
        Assert.That(ProcessUsage.TryParse(new SmallFileReader().Read(Environment.ProcessId, "stat"), out var usage), Is.True);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((usage.Pid, usage.Parent, usage.Session, usage.StartTime), Is.EqualTo((stat.Pid, stat.Parent, stat.Session, stat.StartTime)));
            Assert.That(usage.ResidentPages, Is.Positive);
            Assert.That(usage.CpuTicks, Is.Positive);
        }
    }

    [Test]
    public void Read_FileLargerThanTheBuffer_IsWhole()
    {
        var folder = Directory.CreateTempSubdirectory("playflow-files-").FullName;
        var content = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();
        File.WriteAllBytes(Path.Combine(folder, "large"), content);
        var files = new SmallFileReader();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(files.Read(folder, "large").ToArray(), Is.EqualTo(content));
            Assert.That(files.Read(folder, "none").Length, Is.Zero);
            Assert.That(files.Read(new string('x', 5000), "none").Length, Is.Zero);
        }

        Directory.Delete(folder, recursive: true);
    }
}
