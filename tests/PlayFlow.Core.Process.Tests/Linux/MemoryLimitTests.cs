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
        RequireLimits("playflow-test-of-limits").RemoveEmpty();

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

    [Test]
    public void Create_NameOfAnEarlierLaunch_KeepsNothingOfItsLimit()
    {
        var groups = RequireLimits("playflow-test-of-names");
        try
        {
            var earlier = groups.Create("launch", memoryMb: 64)!;
            Assert.That(ReadLimit(earlier), Is.EqualTo("67108864"));

            var group = groups.Create("launch", memoryMb: null)!;

            Assert.That(group.Folder, Is.EqualTo(earlier.Folder));
            Assert.That(ReadLimit(group), Is.Not.EqualTo("67108864"));
        }
        finally
        {
            groups.RemoveEmpty();
        }
    }

    private static ControlGroups RequireLimits(string name)
    {
        var groups = ControlGroups.Discover(name);
        if (!groups.LimitsMemory)
        {
            groups.RemoveEmpty();
            Assert.Ignore("this user may not limit memory here");
        }

        return groups;
    }

    private static string ReadLimit(LaunchGroup group) => File.ReadAllText(
        Path.Combine(group.Folder, group.Version is ControlGroupVersion.Memory ? "memory.limit_in_bytes" : "memory.max")).Trim();
}
