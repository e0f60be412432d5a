using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests.Launching;

/// <summary>What a process that is being started has a copy of for a moment harms nobody.</summary>
[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.Portable)]
[Platform(Exclude = "Win")]
public sealed class DescriptorGateTests(PlatformKind kind) : ProviderFixture(kind)
{
    private const int Launches = 40;

    [Test]
    public async Task Port_TriedWhileProcessesAreStarted_StaysFree()
    {
        var port = TestPorts.Next();
        var launching = LaunchManyAsync();
        var tries = 0;
        var free = 0;
        while (!launching.IsCompleted)
        {
            tries++;
            free += Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port, PortProtocol.Both) ? 1 : 0;
        }

        await launching;
        Assert.That(free, Is.EqualTo(tries));
    }

    [Test]
    public async Task Programs_UnpackedWhileOthersAreStarted_CanAllBeRun()
    {
        foreach (var id in await LaunchManyAsync())
        {
            Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(4)));
        }
    }

    // Each of a build of its own, so that one is unpacked while another is started.
    private Task<ComputeId[]> LaunchManyAsync() => Task.WhenAll(Enumerable.Range(0, Launches).Select(_ =>
    {
        var request = Harness.Request(Harness.AddScript("exit 4"));
        return Task.Run(() => Harness.LaunchAsync(request));
    }));
}
