using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests.Launching;

/// <summary>What a process that is being started has a copy of for a moment harms nobody.</summary>
[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.Portable)]
[Platform(Exclude = "Win")]
public sealed class DescriptorGateTests(PlatformKind kind)
{
    private const int Launches = 40;

    private readonly ProviderHarness _harness = new(kind);

    [SetUp]
    public Task Start() => _harness.StartAsync();

    [TearDown]
    public async Task End() => await _harness.DisposeAsync();

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
            free += _harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port, PortProtocol.Both) ? 1 : 0;
        }

        await launching;
        Assert.That(free, Is.EqualTo(tries));
    }

    [Test]
    public async Task Programs_UnpackedWhileOthersAreStarted_CanAllBeRun()
    {
        foreach (var id in await LaunchManyAsync())
        {
            Assert.That(await _harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(4)));
        }
    }

    // Each of a build of its own, so that one is unpacked while another is started.
    private Task<ComputeId[]> LaunchManyAsync() => Task.WhenAll(Enumerable.Range(0, Launches).Select(_ =>
    {
        var request = _harness.Request(_harness.AddScript("exit 4"));
        return Task.Run(() => _harness.LaunchAsync(request));
    }));
}
