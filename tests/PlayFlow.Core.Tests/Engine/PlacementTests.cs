using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Engine;

public sealed class PlacementTests
{
    private static readonly DateTimeOffset Now = SmallFleet.Now;

    private int _ids;

    [Test]
    public void Start_InARegionWithAHostOfItsOwn_GoesThereThoughAnotherWasOfferedFirst()
    {
        var fleet = SmallFleet.Of(Plan.Pro, new ComputeHost("any", "a", PortRange.Create(30000, 30009)), new ComputeHost("east", "e", PortRange.Create(30000, 30009), "us-east"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Start(fleet, "us-east")!.Host, Is.EqualTo("east"));
            Assert.That(Start(fleet, "eu-west")!.Host, Is.EqualTo("any"));
        }
    }

    [Test]
    public void Start_WhenTheRegionsHostIsFull_GoesToOneThatServesEveryRegion()
    {
        var fleet = SmallFleet.Of(Plan.Pro, new ComputeHost("east", "e", PortRange.Create(30000, 30000), "us-east"), new ComputeHost("any", "a", PortRange.Create(30000, 30009)));
        Assert.That(new[] { Start(fleet, "us-east")!.Host, Start(fleet, "us-east")!.Host }, Is.EqualTo(new[] { "east", "any" }));
    }

    [Test]
    public void Start_BeyondAHostsCapacity_IsRefusedUntilAServerHasEnded()
    {
        var fleet = SmallFleet.Of(Plan.Pro, new ComputeHost("small", "s", PortRange.Create(30000, 30009), Capacity: 2));
        var first = Start(fleet, "us-east")!;
        Start(fleet, "us-east");
        var third = Start(fleet, "us-east");
        SmallFleet.Apply(fleet, new FleetCommand.RequestStop(Now, first.Id, StopReason.ShutdownSignal));
        var whileItEnds = Start(fleet, "us-east");
        SmallFleet.Apply(fleet, new FleetCommand.ReportEnded(Now, first.Compute, ComputeExit.Exited(0)));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(third, Is.Null);
            Assert.That(whileItEnds, Is.Null, "its process is still there");
            Assert.That(Start(fleet, "us-east"), Is.Not.Null);
        }
    }

    [Test]
    public void Start_OnAHostOfferedAnewWithOtherPorts_GetsOneOfThose()
    {
        var fleet = SmallFleet.Of(Plan.Pro, new ComputeHost("h", "a", PortRange.Create(30000, 30009)));
        var before = Start(fleet, "us-east")!;
        SmallFleet.Apply(fleet, new FleetCommand.OfferHost(Now, new ComputeHost("h", "b", PortRange.Create(30000, 30001))));
        var after = Start(fleet, "us-east")!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fleet.FindServer(before.Id)!.Ports, Is.EqualTo(before.Ports), "a running server keeps what it has");
            Assert.That((after.Ports[0].Host, after.Ports[0].ExternalPort), Is.EqualTo(("b", 30001)));
            Assert.That(Start(fleet, "us-east"), Is.Null);
        }
    }

    [Test]
    public void OfferHost_AnewWhileAServerRestarts_HoldsItsOldPortsAndItsNewOnes()
    {
        var fleet = SmallFleet.Of(Plan.Pro, new ComputeHost("h", "a", PortRange.Create(30000, 30009)));
        var server = Start(fleet, "us-east")!;
        SmallFleet.Apply(fleet, new FleetCommand.RequestRestart(Now, server.Id, new RestartChanges()));
        SmallFleet.Apply(fleet, new FleetCommand.OfferHost(Now, new ComputeHost("h", "b", PortRange.Create(30000, 30009))));

        Assert.That(Start(fleet, "us-east")!.Ports[0].ExternalPort, Is.EqualTo(30002));
    }

    private GameServer? Start(Fleet fleet, string region)
    {
        var id = new InstanceId($"s{++_ids}");
        var spec = new ServerSpec { Name = "s", Region = region, Size = ComputeSize.Small, MatchId = "m" };
        var refusal = SmallFleet.Apply(fleet, new FleetCommand.StartServer(Now, SmallFleet.Project, id, spec, null, null));
        Assert.That(refusal?.Code, Is.Null.Or.EqualTo(ProblemCode.PortsExhausted));
        return fleet.FindServer(id);
    }
}
