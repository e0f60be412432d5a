using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Process;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Process;

/// <summary>Builds that lie in directories, and a whole embedded fleet that starts processes from them.</summary>
public sealed class DirectoryBuildsTests
{
    private static readonly ProjectId Project = new("default");

    private string _folder = string.Empty;

    [SetUp]
    public void MakeBuilds()
    {
        _folder = Directory.CreateTempSubdirectory("playflow-embed-").FullName;
        WriteScript("arena", "echo playing on $PLAYFLOW_REGION; cat data/map");
        Directory.CreateDirectory(Path.Combine(_folder, "builds", "arena", "data"));
        File.WriteAllText(Path.Combine(_folder, "builds", "arena", "data", "map"), "desert\n");
    }

    [TearDown]
    public void RemoveBuilds() => Directory.Delete(_folder, recursive: true);

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Fleet_OfProcessesAndSqlite_RunsADirectory()
    {
        using var host = await StartHostAsync();
        var fleet = host.Services.GetRequiredService<FleetOrchestrator>();
        var build = await AddBuildAsync(fleet, "arena");

        var server = await RunToItsEndAsync(fleet);

        var log = await fleet.ReadServerLogAsync(server, new LogQuery { Limit = 100 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.State, Is.EqualTo(BuildState.Ready));
            Assert.That(log.Select(line => line.Text), Is.SupersetOf(new[] { "playing on us-east", "desert" }));
        }

        await host.StopAsync();
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Build_MadeByAnEarlierRun_StillStarts()
    {
        using (var before = await StartHostAsync())
        {
            await AddBuildAsync(before.Services.GetRequiredService<FleetOrchestrator>(), "arena");
            await before.StopAsync();
        }

        using var host = await StartHostAsync();
        var server = await RunToItsEndAsync(host.Services.GetRequiredService<FleetOrchestrator>());

        Assert.That(server.StopReason, Is.EqualTo(StopReason.ProcessExited));
        await host.StopAsync();
    }

    [TestCase("missing", "game.sh", "there is no directory for the build 'missing'")]
    [TestCase("..", "game.sh", "there is no directory for the build '..'")]
    [TestCase("arena/data", "map", "there is no directory for the build 'arena/data'")]
    [TestCase("arena", "other.sh", "the executable 'other.sh' is not in the build")]
    [TestCase("arena", "../lobby/game.sh", "the executable '../lobby/game.sh' is not in the build")]
    public async Task Build_ThatCannotRun_IsRefusedWithTheReason(string name, string executable, string reason)
    {
        WriteScript("lobby", "true");
        var builds = new DirectoryBuilds(Path.Combine(_folder, "builds"));

        var fault = await builds.ProcessAsync(A(name, executable), _ => { }, CancellationToken.None);

        Assert.That(fault, Is.EqualTo(reason));
    }

    [Test]
    public async Task Names_GivenOneByOne_AreTheOnlyBuilds()
    {
        var builds = new DirectoryBuilds(new Dictionary<string, string> { ["v1"] = Path.Combine(_folder, "builds", "arena") });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await builds.ProcessAsync(A("v1", "game.sh"), _ => { }, CancellationToken.None), Is.Null);
            Assert.That(await builds.ProcessAsync(A("arena", "game.sh"), _ => { }, CancellationToken.None), Is.Not.Null);
        }
    }

    [Test]
    public void Directory_GoneSince_EndsTheLaunchWithAReason()
    {
        var builds = new DirectoryBuilds(Path.Combine(_folder, "builds"));

        Assert.That(
            async () => await builds.ExtractAsync(A("gone", "game.sh"), _folder, CancellationToken.None),
            Throws.TypeOf<ComputeException>().With.Property(nameof(ComputeException.Reason)).EqualTo(StopReason.StartupFailureDownload));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Link_ThatLeadsOut_IsRefused()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "builds", "arena", "passwords"), "/etc/passwd");
        var builds = new DirectoryBuilds(Path.Combine(_folder, "builds"));

        Assert.That(
            await builds.ProcessAsync(A("arena", "game.sh"), _ => { }, CancellationToken.None),
            Is.EqualTo("the build cannot be read: the link 'passwords' leads out of the build"));
    }

    private async Task<IHost> StartHostAsync()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddPlayFlow()
            .UseProcessCompute(Path.Combine(_folder, "builds"), options => options.DataDirectory = Path.Combine(_folder, "process"))
            .UseSqliteStore(Path.Combine(_folder, "store"));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<Build> AddBuildAsync(FleetOrchestrator fleet, string name)
    {
        var build = (await fleet.CreateBuildAsync(Project, name, BuildType.Zip, "game.sh")).Value;
        await fleet.ProcessBuildAsync(build.Id);
        await fleet.WhenSettledAsync();
        return fleet.FindBuild(build.Id)!;
    }

    private static async Task<GameServer> RunToItsEndAsync(FleetOrchestrator fleet)
    {
        var spec = new ServerSpec { Name = "match", Region = "us-east", Size = ComputeSize.Small };
        var started = (await fleet.StartServerAsync(Project, new ServerStart(spec, "arena", null))).Value;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return (await fleet.WaitForStatusAsync(Project, started.Id, ServerStatus.Stopped, deadline.Token)).Value;
    }

    private static Build A(string name, string executable) => new()
    {
        Id = new BuildId("b"),
        Project = Project,
        Name = name,
        Version = 1,
        Type = BuildType.Zip,
        ExecutablePath = executable,
        State = BuildState.Processing,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private void WriteScript(string build, string line)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "builds", build)).FullName;
        File.WriteAllText(Path.Combine(folder, "game.sh"), $"#!/bin/sh\n{line}\n");
    }
}
