using PlayFlow.Core.Process.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Logs;

[Platform("Linux")]
public sealed class LogDiskTests : ProviderFixture
{
    [Test]
    public async Task Log_LongRunningWriter_DoesNotFillTheDisk()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("seq 1 3000000; echo ready; exec sleep 600")));
        await Eventually.TrueAsync(() => Harness.Observer.LastLine(id) == "ready", "ready");

        var output = Path.Combine(Path.GetDirectoryName(Harness.FilesOf(id))!, "out");
        await Eventually.TrueAsync(() => DiskUse.Of(output) < 4 * 1024 * 1024, "the disk is given back");

        Assert.That(new FileInfo(output).Length, Is.GreaterThan(20 * 1024 * 1024));
    }
}
