using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Engine;

/// <summary>What a plan allows, where warm pools are concerned.</summary>
public sealed class PlanTests
{
    private static readonly DateTimeOffset Now = SmallFleet.Now;

    private static readonly ServerSpec Spec = new() { Name = "s", Region = "us-east", Size = ComputeSize.Small, MatchId = "m" };

    [Test]
    public void Pool_OnAPlanWithoutPools_IsRefused_AndOffItIsNot()
    {
        var fleet = SmallFleet.Of(Plan.Free);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(SetPool(fleet, enabled: true)?.Code, Is.EqualTo(ProblemCode.PlanLimit));
            Assert.That(SetPool(fleet, enabled: false), Is.Null);
        }
    }

    [Test]
    public void WarmServer_ThatNobodyClaimed_CountsForNoPlan()
    {
        var fleet = SmallFleet.Of(Plan.Pro);
        SetPool(fleet, enabled: true);
        SmallFleet.Apply(fleet, new FleetCommand.TendPool(Now, SmallFleet.Project, new InstanceId("warm")));
        Assert.That(fleet.FindServer(new InstanceId("warm"))?.IsIdlePoolServer, Is.True);

        SmallFleet.SetPlan(fleet, Plan.Free);
        Assert.That(
            SmallFleet.Apply(fleet, new FleetCommand.StartServer(Now, SmallFleet.Project, new InstanceId("s"), Spec with { StartupArgs = "-not-warm" }, null, null)),
            Is.Null);
    }

    private static Problem? SetPool(Fleet fleet, bool enabled)
    {
        var settings = fleet.FindProject(SmallFleet.Project)!.Settings with
        {
            Pool = new PoolConfig(enabled, [new PoolTarget("us-east", "small", 1)]),
        };
        return SmallFleet.Apply(fleet, new FleetCommand.ReplaceSettings(Now, SmallFleet.Project, settings));
    }
}
