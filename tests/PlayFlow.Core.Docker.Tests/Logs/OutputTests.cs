using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Docker.Tests.Logs;

/// <summary>A real game's output, however much and however odd, comes once and whole.</summary>
public sealed class OutputTests
{
    private DockerHarness _harness = null!;

    [SetUp]
    public async Task StartAsync() => _harness = await DockerHarness.StartAsync();

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Test]
    public async Task Flood_WithTheProviderComingAndGoing_IsReportedOnceAndInOrder()
    {
        const int count = 30_000;
        var build = _harness.AddScript($"i=0; while [ $i -lt {count} ]; do echo line $i; i=$((i+1)); done");
        var id = await _harness.LaunchAsync(_harness.Request(build));
        for (var round = 1; round <= 4; round++)
        {
            var least = round * 2_000;
            await Eventually.TrueAsync(() => _harness.Observer.Reports.Count >= least, $"{least} lines");
            await _harness.DetachAsync();
            await _harness.AttachAsync();
        }

        await _harness.WaitEndedAsync(id);
        Assert.That(_harness.Lines(id), Is.EqualTo(Enumerable.Range(0, count).Select(i => $"line {i}")));
    }

    [Test]
    public async Task Lines_LongerThanTheEngineKeepsWhole_AreCut_AndNothingIsLost()
    {
        var build = _harness.AddScript("head -c 100000 /dev/zero | tr '\\0' x; echo; echo after; head -c 16384 /dev/zero | tr '\\0' y; echo; echo end >&2");
        var lines = await _harness.RunAsync(_harness.Request(build));
        var text = string.Concat(lines);

        Assert.That(lines, Has.All.Length.LessThanOrEqualTo(16_384));
        Assert.That(text, Is.EqualTo(new string('x', 100_000) + "after" + new string('y', 16_384)));
    }

    [Test]
    public async Task Streams_AreToldApart()
    {
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("echo out; echo err >&2; printf 'a\\r\\nb'")));
        await _harness.WaitEndedAsync(id);

        Assert.That(_harness.Lines(id), Is.EqualTo((string[])["out", "a", "b"]));
        Assert.That(_harness.Lines(id, LogLevel.Error), Is.EqualTo((string[])["err"]));
    }
}
