using NUnit.Framework;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>Projects beside one another, their keys, settings and logs; servers that report themselves.</summary>
public sealed class ProjectTests
{
    [Test]
    public async Task Create_WithNothingGiven_MakesKeysAndAnId()
    {
        await using var host = await Host.StartAsync();
        var made = (await host.Fleet.CreateProjectAsync(null, null, Plan.Free)).Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ProjectKeys.KindOf(made.Keys.ServerKey), Is.EqualTo(KeyKind.Server));
            Assert.That(ProjectKeys.KindOf(made.Keys.ClientKey), Is.EqualTo(KeyKind.Client));
            Assert.That(made.Name, Is.EqualTo(made.Id.Value));
            Assert.That(host.Fleet.Authenticate(made.Keys.ClientKey)?.Project.Id, Is.EqualTo(made.Id));
        }
    }

    [Test]
    public async Task Create_OfAnIdOrKeyThatIsTaken_IsRefused()
    {
        await using var host = await Host.StartAsync();
        var sameId = await host.Fleet.CreateProjectAsync(Host.Project, "again", Plan.Pro);
        var sameKey = await host.Fleet.CreateProjectAsync(new ProjectId("q"), "q", Plan.Pro, serverKey: "pf_test");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sameId.Problem?.Code, Is.EqualTo(ProblemCode.InvalidState));
            Assert.That(sameKey.Problem?.Code, Is.EqualTo(ProblemCode.InvalidState));
            Assert.That(host.Fleet.Projects.Single().Name, Is.EqualTo("project"));
        }
    }

    [TestCase(null, false, false)]
    [TestCase(KeyKind.Server, false, true)]
    [TestCase(KeyKind.Client, true, false)]
    public async Task RegenerateKeys_KillsTheOldOnesAtOnce(KeyKind? only, bool serverLives, bool clientLives)
    {
        await using var host = await Host.StartAsync();
        var keys = (await host.Fleet.RegenerateKeysAsync(Host.Project, only)).Value.Keys;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(host.Fleet.Authenticate("pf_test") is not null, Is.EqualTo(serverLives));
            Assert.That(host.Fleet.Authenticate("pfclient_test") is not null, Is.EqualTo(clientLives));
            Assert.That(host.Fleet.Authenticate(keys.ServerKey)?.Kind, Is.EqualTo(KeyKind.Server));
            Assert.That(host.Fleet.Authenticate(keys.ClientKey)?.Kind, Is.EqualTo(KeyKind.Client));
            Assert.That((await host.Fleet.RegenerateKeysAsync(new ProjectId("none"))).Problem, Is.EqualTo(Problem.ProjectNotFound));
        }
    }

    [Test]
    public async Task ChangeSettings_GivesPortsWithoutAnIdOne()
    {
        await using var host = await Host.StartAsync();
        var change = new SettingsChange { Ports = [new PortConfig("a", 1, PortProtocol.Udp, false), new PortConfig("b", 2, PortProtocol.Udp, false, "mine")] };
        var ports = (await host.Fleet.ChangeSettingsAsync(Host.Project, change)).Value.Settings.Ports;
        Assert.That(ports[0].Id, Is.Not.Null.And.Not.Empty);
        Assert.That(ports[1].Id, Is.EqualTo("mine"));
    }

    [Test]
    public async Task ProjectLog_HasTheLinesOfItsServersAndOfNoOthers()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        var other = (await host.Fleet.CreateProjectAsync(new ProjectId("q"), null, Plan.Pro)).Value;
        var (one, two) = (await host.StartServerAsync(), await host.StartServerAsync());
        host.Compute.WriteLine(one.Compute, "of one");
        host.Compute.WriteLine(two.Compute, "of two");
        var lines = await host.Fleet.ReadProjectLogAsync(Host.Project, new LogQuery { Limit = 1000 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines.Select(line => line.Text), Has.Member("of one").And.Member("of two").And.None.EqualTo("checked"), "builds are no servers");
            Assert.That(lines.Select(line => line.Sequence), Is.Ordered);
            Assert.That(await host.Fleet.ReadProjectLogAsync(other.Id, new LogQuery { Limit = 1000 }), Is.Empty);
        }
    }

    [Test]
    public async Task ReportSelfRunning_WhileLaunching_RunsAndSaysSo()
    {
        await using var host = await Host.StartAsync(_ => FakeComputeScript.NeverReady);
        await host.AddBuildAsync();
        var server = await host.StartServerAsync();
        var running = (await host.Fleet.ReportSelfRunningAsync(Host.Project, server.Id)).Value;
        host.Compute.OpenPorts(server.Compute);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(running.Status, Is.EqualTo(ServerStatus.Running));
            Assert.That(await host.NowAsync(server), Is.EqualTo(running), "ports that open later change nothing");
            Assert.That(await host.LogAsync(server), Has.One.EqualTo("[playflow] running: the process reports itself ready"));
            Assert.That((await host.Fleet.ReportSelfRunningAsync(new ProjectId("q"), server.Id)).Problem, Is.EqualTo(Problem.ServerNotFound));
        }
    }

    [Test]
    public async Task ReportSelfRunning_OfAStoppedServer_IsRefused()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        var server = await host.StartServerAsync();
        await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        Assert.That((await host.Fleet.ReportSelfRunningAsync(Host.Project, server.Id)).Problem?.Code, Is.EqualTo(ProblemCode.InvalidState));
    }
}
