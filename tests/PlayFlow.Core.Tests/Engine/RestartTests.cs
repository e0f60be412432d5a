using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Engine;

/// <summary>What a restart keeps, and what it changes.</summary>
public sealed class RestartTests
{
    private static readonly DateTimeOffset Now = SmallFleet.Now;
    private static readonly InstanceId Id = new("s");

    private static readonly ServerSpec Spec = new()
    {
        Name = "before",
        Region = "us-east",
        Size = ComputeSize.Small,
        StartupArgs = "-before",
        Ttl = TimeSpan.FromSeconds(60),
        AutoRestart = true,
        CustomData = """{"map":"before"}""",
        MatchId = "match-before",
        Environment = [new("WHEN", "before")],
        Ports = [new PortConfig("before", 1000, PortProtocol.Udp, TlsEnabled: false)],
    };

    private static readonly RestartChanges Everything = new()
    {
        Name = "after",
        Size = ComputeSize.All.Single(size => size.Name == "medium"),
        StartupArgs = "-after",
        Ttl = TimeSpan.FromSeconds(120),
        AutoRestart = false,
        CustomData = """{"map":"after"}""",
        MatchId = "match-after",
        Environment = [new("WHEN", "after")],
        Ports = [new PortConfig("after", 2000, PortProtocol.Tcp, TlsEnabled: false)],
    };

    private static Arbitrary<RestartChanges> SomeChanges() => Gen.ArrayOf(Gen.Elements(true, false), 9).Select(given => new RestartChanges
    {
        Name = given[0] ? Everything.Name : null,
        Size = given[1] ? Everything.Size : null,
        StartupArgs = given[2] ? Everything.StartupArgs : null,
        Ttl = given[3] ? Everything.Ttl : null,
        AutoRestart = given[4] ? Everything.AutoRestart : null,
        CustomData = given[5] ? Everything.CustomData : null,
        MatchId = given[6] ? Everything.MatchId : null,
        Environment = given[7] ? Everything.Environment : null,
        Ports = given[8] ? Everything.Ports : null,
    }).ToArbitrary();

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public Property Restart_ChangesWhatItNames_AndKeepsTheRest() => Prop.ForAll(SomeChanges(), changes =>
    {
        var fleet = Started(Plan.Pro);
        Assert.That(SmallFleet.Apply(fleet, new FleetCommand.RequestRestart(Now, Id, changes)), Is.Null);

        var spec = fleet.FindServer(Id)!.Spec;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(spec.Name, Is.EqualTo(changes.Name ?? Spec.Name));
            Assert.That(spec.Region, Is.EqualTo(Spec.Region));
            Assert.That(spec.Size, Is.EqualTo(changes.Size ?? Spec.Size));
            Assert.That(spec.StartupArgs, Is.EqualTo(changes.StartupArgs ?? Spec.StartupArgs));
            Assert.That(spec.Ttl, Is.EqualTo(changes.Ttl ?? Spec.Ttl));
            Assert.That(spec.AutoRestart, Is.EqualTo(changes.AutoRestart ?? Spec.AutoRestart));
            Assert.That(spec.CustomData, Is.EqualTo(changes.CustomData ?? Spec.CustomData));
            Assert.That(spec.MatchId, Is.EqualTo(changes.MatchId ?? Spec.MatchId));
            Assert.That(spec.Environment, Is.EqualTo(changes.Environment ?? Spec.Environment));
            Assert.That(spec.Ports, Is.EqualTo(changes.Ports ?? Spec.Ports));
        }
    });

    [Test]
    public void Restart_OfThePlansOnlyServer_IsNoSecondServer() =>
        Assert.That(SmallFleet.Apply(Started(Plan.Free), new FleetCommand.RequestRestart(Now, Id, new RestartChanges())), Is.Null);

    [Test]
    public void Restart_WithAVersionAlone_StaysWithTheNameOfItsBuild()
    {
        var fleet = SmallFleet.Of(Plan.Pro);
        SmallFleet.AddBuild(fleet, "other", "other-1");
        SmallFleet.AddBuild(fleet, "other", "other-2");
        SmallFleet.Apply(fleet, new FleetCommand.StartServer(Now, SmallFleet.Project, Id, Spec, "other", null));
        SmallFleet.Apply(fleet, new FleetCommand.RequestRestart(Now, Id, new RestartChanges { Version = 1 }));
        Assert.That(fleet.FindServer(Id)!.Build.Id.Value, Is.EqualTo("other-1"));
    }

    private static Fleet Started(Plan plan)
    {
        var fleet = SmallFleet.Of(plan);
        Assert.That(SmallFleet.Apply(fleet, new FleetCommand.StartServer(Now, SmallFleet.Project, Id, Spec, null, null)), Is.Null);
        return fleet;
    }
}
