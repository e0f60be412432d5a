using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests.Logs;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.Portable)]
[Platform(Exclude = "Win")]
public sealed class LogTests(PlatformKind kind) : ProviderFixture(kind)
{
    [Test]
    public async Task Log_FastWriter_LosesNothing()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("seq 1 300000; seq 1 1000 >&2")));

        await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Harness.Observer.Lines(id), Is.EqualTo(Enumerable.Range(1, 300_000).Select(i => $"{i}")));
            Assert.That(Harness.Observer.Lines(id, LogLevel.Error), Has.Count.EqualTo(1000));
            Assert.That(Harness.Observer.LinesAtEnd(id), Is.EqualTo(300_000));
        }
    }

    [Test]
    public async Task Log_EndlessLine_IsReportedInPieces()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo next")));

        await Harness.WaitEndedAsync(id);

        var lines = Harness.Observer.Lines(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Select(line => line.Length), Is.All.AtMost(LineSplitter.LongestLine));
            Assert.That(string.Concat(lines), Is.EqualTo(new string('x', 1_000_000) + "next"));
        }
    }

    [Test]
    public async Task Log_OfALaunchAfterAllOthersEnded_IsFollowedWhileItRuns()
    {
        await Harness.WaitEndedAsync(await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo first"))));

        // Longer than the loop looks away.
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo second; exec sleep 600")));

        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).SequenceEqual(["second"]), "followed");
    }

    [Test]
    public async Task Flush_OfRunningGame_ReportsWhatItWroteSoFar()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo one; echo two; : >done; exec sleep 600")));
        await Eventually.TrueAsync(() => File.Exists(Harness.FilesOf(id) + "/done"), "written");
        if (Harness.Kind == PlatformKind.Portable)
        {
            // What is still in the pipe is on its way.
            await Eventually.TrueAsync(() => new FileInfo(Path.Combine(Harness.FilesOf(id), "..", "out")).Length == 8, "drained");
        }

        await Harness.Provider.FlushLogsAsync(id, CancellationToken.None);

        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "one", "two" }));
    }
}
