using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Linux;

namespace PlayFlow.Core.Process.Tests.Linux;

public sealed class ProcessStatTests
{
    [Test]
    public void TryParse_NameWithBlanksAndParentheses_FindsTheFields()
    {
        const string line = "4242 (evil) name (x)) S 17 18 19 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 147097 2654208 20";

        Assert.That(ProcessStat.TryParse(line, out var stat), Is.True);
        Assert.That(stat, Is.EqualTo(new ProcessStat(4242, 'S', 17, 18, 19, 147097)));
    }

    [TestCase("")]
    [TestCase("4242")]
    [TestCase("4242 (name) S 1 2")]
    [TestCase("x (name) S 17 18 19 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 147097 2654208 20")]
    public void TryParse_AnythingElse_IsRefused(string line) => Assert.That(ProcessStat.TryParse(line, out _), Is.False);

    [TestCase(0, false, null)]
    [TestCase(128, true, null)]
    [TestCase(137, true, 9)]
    [TestCase(137, false, null)]
    [TestCase(130, false, 2)]
    [TestCase(143, false, 15)]
    [TestCase(192, true, 64)]
    [TestCase(193, true, null)]
    [TestCase(255, true, null)]
    public void SignalOf_ShellStatus_TellsSignalsFromCodes(int status, bool shellSpoke, int? signal) =>
        Assert.That(ExitStatus.SignalOf(status, shellSpoke), Is.EqualTo(signal));
}
