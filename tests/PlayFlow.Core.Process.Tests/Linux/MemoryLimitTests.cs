using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Linux;

[Platform("Linux")]
public sealed class MemoryLimitTests : ProviderFixture
{
    [Test]
    public async Task Launch_MoreMemoryThanItsSize_IsEndedAndSaysWhy()
    {
        var groups = ControlGroups.Discover("playflow-test-of-limits");
        groups.RemoveEmpty();
        if (!groups.LimitsMemory)
        {
            Assert.Ignore("this user may not limit memory here");
        }

        // tail keeps an endless line in memory.
        var request = Harness.Request(Harness.AddScript("exec tail /dev/zero")) with { Size = ComputeSize.Find("micro")! };
        await Harness.LaunchAsync(request);

        var exit = await Harness.WaitEndedAsync(request.Id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Signal, Is.EqualTo(9));
            Assert.That(exit.Message, Does.Contain("memory"));
        }
    }
}
