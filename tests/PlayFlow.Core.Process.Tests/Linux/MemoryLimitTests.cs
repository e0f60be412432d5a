using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Linux;

[Platform("Linux")]
public sealed class MemoryLimitTests
{
    private readonly ProviderHarness _harness = new();

    [SetUp]
    public Task Start() => _harness.StartAsync();

    [TearDown]
    public async Task End() => await _harness.DisposeAsync();

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
        var request = _harness.Request(_harness.AddScript("exec tail /dev/zero")) with { Size = ComputeSize.Find("micro")! };
        await _harness.LaunchAsync(request);

        var exit = await _harness.WaitEndedAsync(request.Id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Signal, Is.EqualTo(9));
            Assert.That(exit.Message, Does.Contain("memory"));
        }
    }
}
