using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>Waiting for what a server becomes.</summary>
[CancelAfter(180_000)]
public sealed class WaitForStatusTests
{
    private static readonly FakeComputeScript Slow = FakeComputeScript.Obedient with { ReadyAfter = TimeSpan.FromMinutes(1) };

    [Test]
    public async Task WaitForStatus_ServerBecomesReady_EndsWithIt(CancellationToken cancellationToken)
    {
        await using var host = await StartAsync(Slow);
        var server = await host.StartServerAsync();
        var first = host.Fleet.WaitForStatusAsync(Host.Project, server.Id, ServerStatus.Running, cancellationToken);
        var second = host.Fleet.WaitForStatusAsync(Host.Project, server.Id, ServerStatus.Running, cancellationToken);
        Assert.That(first.IsCompleted, Is.False);

        await host.Clock.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await first).Value.Status, Is.EqualTo(ServerStatus.Running));
            Assert.That((await second).Value.Status, Is.EqualTo(ServerStatus.Running));
        }
    }

    [Test]
    public async Task WaitForStatus_AlreadyThere_EndsAtOnce(CancellationToken cancellationToken)
    {
        await using var host = await StartAsync(FakeComputeScript.Obedient);
        var server = await host.StartServerAsync();

        var found = await host.Fleet.WaitForStatusAsync(Host.Project, server.Id, ServerStatus.Running, cancellationToken);

        Assert.That(found.Value.Status, Is.EqualTo(ServerStatus.Running));
    }

    [TestCase(0)]
    [TestCase(10)]
    public async Task WaitForStatus_ServerStopsInstead_EndsWithThat(int stoppedInMemory, CancellationToken cancellationToken)
    {
        await using var host = await StartAsync(Slow, new FleetRules { StoppedServersInMemory = stoppedInMemory });
        var server = await host.StartServerAsync();
        var wait = host.Fleet.WaitForStatusAsync(Host.Project, server.Id, ServerStatus.Running, cancellationToken);

        await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);

        Assert.That((await wait).Value.Status, Is.EqualTo(ServerStatus.Stopped));
    }

    [Test]
    public async Task WaitForStatus_Cancelled_Ends()
    {
        await using var host = await StartAsync(Slow);
        var server = await host.StartServerAsync();
        using var cancellation = new CancellationTokenSource();
        var wait = host.Fleet.WaitForStatusAsync(Host.Project, server.Id, ServerStatus.Running, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task WaitForStatus_UnknownServer_IsNotFound(CancellationToken cancellationToken)
    {
        await using var host = await StartAsync(FakeComputeScript.Obedient);

        var found = await host.Fleet.WaitForStatusAsync(Host.Project, new InstanceId("nobody"), ServerStatus.Running, cancellationToken);

        Assert.That(found.Problem, Is.EqualTo(Problem.ServerNotFound));
    }

    private static async Task<Host> StartAsync(FakeComputeScript script, FleetRules? rules = null)
    {
        var host = await Host.StartAsync(_ => script, rules);
        await host.AddBuildAsync();
        return host;
    }
}
