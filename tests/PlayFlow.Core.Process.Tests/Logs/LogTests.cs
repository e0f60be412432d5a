using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests.Logs;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.Portable)]
[Platform(Exclude = "Win")]
public sealed class LogTests(PlatformKind kind)
{
    private readonly ProviderHarness _harness = new(kind);

    [SetUp]
    public Task Start() => _harness.StartAsync();

    [TearDown]
    public async Task End() => await _harness.DisposeAsync();

    [Test]
    public async Task Log_FastWriter_LosesNothing()
    {
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("seq 1 300000; seq 1 1000 >&2")));

        await _harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_harness.Observer.Lines(id), Is.EqualTo(Enumerable.Range(1, 300_000).Select(i => $"{i}")));
            Assert.That(_harness.Observer.Lines(id, LogLevel.Error), Has.Count.EqualTo(1000));
            Assert.That(_harness.Observer.LinesAtEnd(id), Is.EqualTo(300_000));
        }
    }

    [Test]
    public async Task Log_EndlessLine_IsReportedInPieces()
    {
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo next")));

        await _harness.WaitEndedAsync(id);

        var lines = _harness.Observer.Lines(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Select(line => line.Length), Is.All.AtMost(LineSplitter.LongestLine));
            Assert.That(string.Concat(lines), Is.EqualTo(new string('x', 1_000_000) + "next"));
        }
    }

    [Test]
    public async Task Flush_OfRunningGame_ReportsWhatItWroteSoFar()
    {
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("echo one; echo two; : >done; exec sleep 600")));
        await Eventually.TrueAsync(() => File.Exists(_harness.FilesOf(id) + "/done"), "written");
        if (_harness.Kind == PlatformKind.Portable)
        {
            // What is still in the pipe is on its way.
            await Eventually.TrueAsync(() => new FileInfo(Path.Combine(_harness.FilesOf(id), "..", "out")).Length == 8, "drained");
        }

        await _harness.Provider.FlushLogsAsync(id, CancellationToken.None);

        Assert.That(_harness.Observer.Lines(id), Is.EqualTo(new[] { "one", "two" }));
    }
}
