using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Tests.Orchestration;

public sealed class FleetOrchestratorTests
{
    [Test]
    public async Task Start_WithReadyBuild_LaunchesAndRuns()
    {
        await using var host = await Host.StartAsync(_ => new FakeComputeScript { ReadyAfter = TimeSpan.FromSeconds(2) });
        await host.AddBuildAsync();

        var server = await host.StartServerAsync();
        Assert.That((await host.NowAsync(server)).Status, Is.EqualTo(ServerStatus.Launching));

        await host.Clock.AdvanceAsync(TimeSpan.FromSeconds(2));
        var running = await host.NowAsync(server);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(running.Status, Is.EqualTo(ServerStatus.Running));
            Assert.That(running.StartedAt, Is.EqualTo(server.CreatedAt.AddSeconds(2)));
            Assert.That(running.Ports, Is.EqualTo(server.Ports));
        }
    }

    [Test]
    public async Task DeleteBuild_WhileAServerRunsIt_KeepsTheArtefactForItsRestartsUntilItEnds()
    {
        var builds = new Host.Processor();
        await using var host = await Host.StartAsync(builds: builds);
        var build = await host.AddBuildAsync();
        var server = await host.StartServerAsync(spec => spec with { AutoRestart = true });

        await host.Fleet.DeleteBuildAsync(Host.Project, build.Id);
        host.Compute.End(server.Compute, ComputeExit.Exited(1));
        await host.Clock.AdvanceAsync(host.Fleet.Rules.FirstRestartDelay);
        var again = await host.NowAsync(server);
        Assert.That((again.Status, again.Launch, builds.Deleted.Count), Is.EqualTo((ServerStatus.Running, 2, 0)));

        await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        await host.Fleet.WhenSettledAsync();
        Assert.That(builds.Deleted, Is.EqualTo([build.Id]));
    }

    [Test]
    public async Task Start_WithoutBuild_IsRefusedAndTakesNoPort()
    {
        await using var host = await Host.StartAsync();
        var answer = await host.Fleet.StartServerAsync(Host.Project, Anything());
        Assert.That(answer.Problem?.Code, Is.EqualTo(ProblemCode.NoReadyBuild));
    }

    [Test]
    public async Task Start_WhenPortsAreGone_SaysSoAndStartsAgainOnceOneIsBack()
    {
        await using var host = await Host.StartAsync(
            hosts: [new("tiny", "127.0.0.1", PortRange.Create(30000, 30001))]);
        await host.AddBuildAsync();
        var first = await host.StartServerAsync();
        await host.StartServerAsync();
        Assert.That((await host.Fleet.StartServerAsync(Host.Project, Anything())).Problem?.Code, Is.EqualTo(ProblemCode.PortsExhausted));

        await host.Fleet.StopServerAsync(Host.Project, first.Id, StopReason.ShutdownSignal);
        await host.Clock.AdvanceAsync(host.Fleet.Rules.PortCoolDown);
        Assert.That((await host.Fleet.StartServerAsync(Host.Project, Anything())).Problem, Is.Null);
    }

    [Test]
    public async Task Start_OnAPortHeldByAStranger_PassesItOver()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        host.Compute.SetPortFree("local", 30000, PortProtocol.Udp, isFree: false);

        var server = await host.StartServerAsync();
        Assert.That(server.Ports[0].ExternalPort, Is.EqualTo(30001));
    }

    [Test]
    public async Task Dispose_CarriesOutWhatIsStillOnItsWayToTheJournal()
    {
        var stopped = new List<bool>();
        FakeComputeProvider? compute = null;
        using var clock = new VirtualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        compute = new FakeComputeProvider(
            new FakeComputeOptions
            {
                Hosts = [new("local", "127.0.0.1", PortRange.Create(30000, 30019))],
                BeforeCall = (call, _) =>
                {
                    if (call.Method == FakeComputeMethod.Stop)
                    {
                        stopped.Add(compute!.Observer is not null);
                    }

                    return Task.CompletedTask;
                },
            },
            clock);
        var store = new WatchedStore();
        var host = await Host.StartAsync(store: store, compute: compute, clock: clock);
        await host.AddBuildAsync();
        var server = await host.StartServerAsync();

        var hold = new TaskCompletionSource();
        store.Held = hold.Task;
        var stop = host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        var disposal = host.DisposeAsync();
        hold.SetResult();
        await disposal;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await stop).Problem, Is.Null);
            Assert.That(stopped, Is.EqualTo(new[] { true }), "the provider was there to stop it");
        }
    }

    [Test]
    public async Task Stop_OfAServerThatIgnoresTheSignal_KillsItAfterTheGrace()
    {
        await using var host = await Host.StartAsync(_ => new FakeComputeScript { StopTakes = null });
        await host.AddBuildAsync();
        var server = await host.StartServerAsync();

        var stopped = (await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal)).Value;
        await host.Clock.AdvanceAsync(host.Fleet.Rules.StopGrace - TimeSpan.FromTicks(1));
        var before = host.Compute.Running.Length;
        await host.Clock.AdvanceAsync(TimeSpan.FromTicks(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stopped.Status, Is.EqualTo(ServerStatus.Stopped));
            Assert.That(before, Is.EqualTo(1), "running before the grace is over");
            Assert.That(host.Compute.Running, Is.Empty);
            Assert.That((await host.NowAsync(server)).State, Is.EqualTo(ServerState.Stopped));
        }
    }

    [Test]
    public async Task Ttl_WhenItIsOver_StopsTheServerWithItsReason()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        var server = await host.StartServerAsync(spec => spec with { Ttl = TimeSpan.FromMinutes(1) });

        await host.Clock.AdvanceAsync(TimeSpan.FromSeconds(59));
        var before = await host.NowAsync(server);
        await host.Clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        var after = await host.NowAsync(server);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Status, Is.EqualTo(ServerStatus.Running));
            Assert.That(after.StopReason, Is.EqualTo(StopReason.TtlExpired));
            Assert.That(after.StoppedAt, Is.EqualTo(server.CreatedAt.AddMinutes(1)));
        }
    }

    [Test]
    public async Task Crash_WithAutoRestart_BacksOffTenTimesAndThenStops()
    {
        var launches = 0;
        await using var host = await Host.StartAsync(_ =>
        {
            launches++;
            return FakeComputeScript.Exits(TimeSpan.FromSeconds(1), ComputeExit.Exited(3));
        });
        await host.AddBuildAsync();
        var server = await host.StartServerAsync(spec => spec with { AutoRestart = true });

        await host.Clock.AdvanceAsync(TimeSpan.FromHours(1));
        var after = await host.NowAsync(server);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(launches, Is.EqualTo(11));
            Assert.That(after.StopReason, Is.EqualTo(StopReason.ProcessExited));

            // Eleven lives of a second, and pauses of 1, 2, 4, 8, 16 and then 30 seconds.
            Assert.That(after.StoppedAt, Is.EqualTo(server.CreatedAt.AddSeconds(11 + 1 + 2 + 4 + 8 + 16 + (5 * 30))));
        }
    }

    [Test]
    public async Task Launch_ThatFails_StopsTheServerWithTheProvidersReason()
    {
        await using var host = await Host.StartAsync(_ => FakeComputeScript.FailsToLaunch(StopReason.StartupFailureExecutable, "no such file"));
        await host.AddBuildAsync();
        var server = await host.NowAsync(await host.StartServerAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(server.StopReason, Is.EqualTo(StopReason.StartupFailureExecutable));
            Assert.That(server.Ports, Is.Empty);
            Assert.That(await host.LogAsync(server), Has.Some.Contains("no such file"));
        }
    }

    [Test]
    public async Task Launch_WithMoreCustomDataThanAVariableTakes_LeavesItToTheConfigFile()
    {
        var large = "{\"x\":\"" + new string('y', 140_000) + "\"}";
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        var server = await host.NowAsync(await host.StartServerAsync(spec => spec with { CustomData = large }));
        var request = host.Compute.FindRequest(server.Compute)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(request.Environment.Select(variable => variable.Key), Has.None.EqualTo("PLAYFLOW_CUSTOM_DATA"));
            Assert.That(request.ConfigFile, Does.Contain(large));
        }
    }

    [Test]
    public async Task Log_OfAServerWhosePortNameBreaksLines_HoldsNoForgedLine()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        var port = new PortConfig("a\n[playflow] stopped", 1234, PortProtocol.Udp, TlsEnabled: false);
        var server = await host.StartServerAsync(spec => spec with { Ports = [port] });
        Assert.That(await host.LogAsync(server), Has.None.Contains("\n"));
    }

    [Test]
    public async Task Restart_OfARunningServer_WaitsForTheOldProcess()
    {
        await using var host = await Host.StartAsync(_ => new FakeComputeScript { StopTakes = TimeSpan.FromSeconds(3) });
        await host.AddBuildAsync();
        var server = await host.StartServerAsync();

        var restarted = (await host.Fleet.RestartServerAsync(Host.Project, server.Id, new RestartChanges { Name = "again" })).Value;
        await host.Fleet.WhenSettledAsync();
        var during = host.Compute.Running;
        await host.Clock.AdvanceAsync(TimeSpan.FromSeconds(3));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(restarted.Status, Is.EqualTo(ServerStatus.Launching));
            Assert.That(restarted.Ports[0].ExternalPort, Is.Not.EqualTo(server.Ports[0].ExternalPort));
            Assert.That(during, Is.EqualTo(new[] { server.Compute }));
            Assert.That(host.Compute.Running, Is.EqualTo(new[] { restarted.Compute with { Launch = 2 } }));
            Assert.That((await host.NowAsync(server)).Status, Is.EqualTo(ServerStatus.Running));
        }
    }

    [Test]
    public async Task Stop_BeforeTheLaunchWasCarriedOut_EndsWithoutAProcess()
    {
        await using var host = await Host.StartAsync(_ => new FakeComputeScript { LaunchTakes = TimeSpan.FromMinutes(5) });
        await host.AddBuildAsync();
        var server = (await host.Fleet.StartServerAsync(Host.Project, Anything())).Value;
        await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        Assert.That((await host.NowAsync(server)).State, Is.EqualTo(ServerState.Stopped));
    }

    [Test]
    public async Task Provider_ThatThrows_EndsTheServerAndHarmsNothingElse()
    {
        var first = true;
        await using var host = await Host.StartAsync(_ =>
        {
            var throws = first;
            first = false;
            return throws ? throw new InvalidOperationException("a bug of the provider") : FakeComputeScript.Obedient;
        });
        await host.AddBuildAsync();
        var broken = await host.NowAsync(await host.StartServerAsync());
        var sound = await host.NowAsync(await host.StartServerAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(broken.State, Is.EqualTo(ServerState.Stopped));
            Assert.That(await host.LogAsync(broken), Has.None.Contains("a bug of the provider"));
            Assert.That(sound.Status, Is.EqualTo(ServerStatus.Running));
        }
    }

    [Test]
    public async Task Reports_ForUnknownLaunches_ChangeNothing()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        var server = await host.NowAsync(await host.StartServerAsync());
        var observer = host.Compute.Observer!;
        observer.ReportEnded(new ComputeId(new InstanceId("nobody"), 1), ComputeExit.Exited(0));
        observer.ReportPortsOpen(new ComputeId(server.Id, 9));
        observer.ReportEnded(new ComputeId(server.Id, 0), ComputeExit.Exited(0));
        Assert.That(await host.NowAsync(server), Is.SameAs(server));
    }

    [Test]
    public async Task Concurrent_starts_on_a_plan_of_one_give_one_server()
    {
        await using var host = await Host.StartAsync(plan: Plan.Free);
        await host.AddBuildAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () => await host.Fleet.StartServerAsync(Host.Project, Anything()))));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Count(answer => answer.Problem is null), Is.EqualTo(1));
            Assert.That(answers.Where(answer => answer.Problem is not null).Select(answer => answer.Problem!.Code), Is.All.EqualTo(ProblemCode.PlanLimit));
        }
    }

    [Test]
    public async Task Servers_beyond_those_kept_in_memory_stay_readable_and_answer_as_stopped_ones()
    {
        await using var host = await Host.StartAsync(rules: new FleetRules { StoppedServersInMemory = 1, PortCoolDown = TimeSpan.Zero });
        await host.AddBuildAsync();
        var servers = new List<GameServer>();
        for (var i = 0; i < 4; i++)
        {
            servers.Add(await host.StartServerAsync());
            await host.Fleet.StopServerAsync(Host.Project, servers[i].Id, StopReason.ShutdownSignal);
            await host.Fleet.WhenSettledAsync();
        }

        var archived = await host.NowAsync(servers[0]);
        var updated = (await host.Fleet.ReplaceCustomDataAsync(Host.Project, servers[0].Id, """{"a":1}""")).Value;
        var restarted = await host.Fleet.RestartServerAsync(Host.Project, servers[1].Id, new RestartChanges());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(archived.State, Is.EqualTo(ServerState.Stopped));
            Assert.That(updated.Spec.CustomData, Is.EqualTo("""{"a":1}"""));
            Assert.That(restarted.Problem?.Code, Is.EqualTo(ProblemCode.InvalidState));
            Assert.That((await host.NowAsync(servers[0])).Spec.CustomData, Is.EqualTo("""{"a":1}"""));
            Assert.That((await host.Fleet.StopServerAsync(Host.Project, servers[2].Id, StopReason.TtlExpired)).Value.StopReason, Is.EqualTo(StopReason.ShutdownSignal));
        }
    }

    [Test]
    public async Task Pool_KeepsItsTarget_AndHandsAWarmServerToAStartThatFits()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await host.Fleet.ChangeSettingsAsync(Host.Project, settings => settings with
        {
            Pool = new PoolConfig(true, [new PoolTarget("us-east", "small", 2)]),
        });
        await host.Fleet.WhenSettledAsync();
        var warm = host.Fleet.ListServers(Host.Project, false, true, 0, 50).Servers;

        var claimed = await host.NowAsync(await host.StartServerAsync(spec => spec with { CustomData = """{"mode":"duel"}""" }));
        var cold = await host.NowAsync(await host.StartServerAsync(spec => spec with { StartupArgs = "-x" }));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(warm, Has.Count.EqualTo(2));
            Assert.That(host.Fleet.ListServers(Host.Project, false, false, 0, 50).Total, Is.EqualTo(2));
            Assert.That(warm.Select(server => server.Id), Has.Member(claimed.Id));
            Assert.That(claimed, Has.Property(nameof(GameServer.Status)).EqualTo(ServerStatus.Running)
                .And.Property(nameof(GameServer.PoolClaimedAt)).Not.Null);
            Assert.That(host.Compute.FindRequest(claimed.Compute)!.ConfigFile, Does.Contain("""{"mode":"duel"}"""));
            Assert.That(cold.IsPoolServer, Is.False);
            Assert.That(host.Fleet.ListServers(Host.Project, true, true, 0, 50).Total, Is.EqualTo(4), "two idle, refilled after the claim");
        }
    }

    [Test]
    public async Task Pool_WhoseServersAreNotReady_GivesNoneAway()
    {
        await using var host = await Host.StartAsync(_ => FakeComputeScript.NeverReady);
        await host.AddBuildAsync();
        await SetPoolAsync(host, 1);
        var started = await host.NowAsync(await host.StartServerAsync());
        Assert.That(started.IsPoolServer, Is.False);
    }

    [Test]
    public async Task Pool_IsPassedOver_ByStartsThatAProcessWhichRunsAlreadyCannotServe()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await SetPoolAsync(host, 1);
        var port = new PortConfig("other", 1234, PortProtocol.Udp, TlsEnabled: false);
        Func<ServerSpec, ServerSpec>[] unfit =
        [
            spec => spec with { StartupArgs = "-x" },
            spec => spec with { Environment = [new("MODE", "duel")] },
            spec => spec with { Ports = [port] },
            spec => spec with { Region = "eu-west" },
            spec => spec with { Size = Catalog.ComputeSize.Find("large")! },
        ];
        foreach (var change in unfit)
        {
            Assert.That((await host.StartServerAsync(change)).IsPoolServer, Is.False);
        }
    }

    [Test]
    public async Task Pool_ThatIsMadeSmaller_EndsWhatIsTooMuch()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await SetPoolAsync(host, 3);
        await host.Fleet.WhenSettledAsync();
        var before = host.Compute.Running.Length;
        await SetPoolAsync(host, 1);
        await host.Fleet.WhenSettledAsync();
        Assert.That((before, host.Compute.Running.Length), Is.EqualTo((3, 1)));
    }

    [Test]
    public async Task Pool_AfterNewPortsOrVariables_HasThem_AndGivesNoOlderServerAway()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await SetPoolAsync(host, 2);
        Func<ProjectSettings, ProjectSettings>[] changes =
        [
            settings => settings with { Ports = [new PortConfig("web", 80, PortProtocol.Tcp, TlsEnabled: false)] },
            settings => settings with { Environment = [new("MODE", "duel")] },
        ];
        foreach (var change in changes)
        {
            await host.Fleet.WhenSettledAsync();
            var older = host.Fleet.ListServers(Host.Project, true, true, 0, 50).Servers.Select(server => server.Id).ToArray();
            await host.Fleet.ChangeSettingsAsync(Host.Project, change);
            Assert.That(older, Has.No.Member((await host.StartServerAsync()).Id));
        }

        await host.Fleet.WhenSettledAsync();
        var warm = host.Fleet.ListServers(Host.Project, true, true, 0, 50).Servers.Where(server => server.IsIdlePoolServer).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(warm, Has.Length.EqualTo(2));
            Assert.That(warm.Select(server => server.Ports.Single().Name), Is.All.EqualTo("web"));
            Assert.That(
                warm.Select(server => host.Compute.FindRequest(server.Compute)!.Environment),
                Is.All.Contains(KeyValuePair.Create("MODE", "duel")));
        }
    }

    [Test]
    public async Task Pool_AfterAChangeThatNoProcessSees_KeepsItsServers()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await SetPoolAsync(host, 2);
        await host.Fleet.WhenSettledAsync();
        var warm = host.Fleet.ListServers(Host.Project, true, true, 0, 50).Servers.Select(server => server.Id).ToArray();
        await host.Fleet.ChangeSettingsAsync(Host.Project, settings => settings with
        {
            LobbyConfigs = "[{}]",
            Ports = [.. settings.Ports.Select(port => port with { Id = "another" })],
        });
        await host.Fleet.WhenSettledAsync();
        Assert.That(host.Fleet.ListServers(Host.Project, true, true, 0, 50).Servers.Select(server => server.Id), Is.EqualTo(warm));
    }

    [Test]
    public async Task Pool_AfterANewBuild_RunsTheNewBuild()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await SetPoolAsync(host, 2);
        var newer = await host.AddBuildAsync();
        await host.Fleet.WhenSettledAsync();
        Assert.That(
            host.Fleet.ListServers(Host.Project, true, true, 0, 50).Servers.Select(server => server.Build.Id),
            Is.EqualTo(new[] { newer.Id, newer.Id }));
    }

    [Test]
    public async Task Pool_WhoseServersCrash_RefillsOnlyNowAndThen()
    {
        var launches = 0;
        await using var host = await Host.StartAsync(_ =>
        {
            launches++;
            return FakeComputeScript.Exits(TimeSpan.FromSeconds(1), ComputeExit.Exited(1));
        });
        await host.AddBuildAsync();
        await host.Fleet.ChangeSettingsAsync(Host.Project, settings => settings with
        {
            Pool = new PoolConfig(true, [new PoolTarget("us-east", "small", 1)]),
        });
        await host.Clock.AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.That(launches, Is.EqualTo(1 + 4));
    }

    [Test]
    public async Task Build_WhoseProcessingFails_SaysWhyInItsLogAndCanBeTriedAgain()
    {
        var processor = new Host.Processor { Failure = "the archive is empty" };
        await using var host = await Host.StartAsync(builds: processor);
        var build = await host.AddBuildAsync();
        var failed = build.State;
        processor.Failure = null;
        await host.Fleet.ProcessBuildAsync(build.Id);
        await host.Fleet.WhenSettledAsync();
        var (lines, total) = await host.Fleet.ReadBuildLogAsync(build, 0, 100);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed, Is.EqualTo(BuildState.Failed));
            Assert.That(host.Fleet.FindBuild(build.Id)!.State, Is.EqualTo(BuildState.Ready));
            Assert.That(lines.Select(line => line.Text), Has.Some.EqualTo("failed: the archive is empty"));
            Assert.That(total, Is.EqualTo(lines.Count));
        }
    }

    [Test]
    public async Task Delete_OfABuild_RemovesItsArtefactAndStartsNothingMore()
    {
        var processor = new Host.Processor();
        await using var host = await Host.StartAsync(builds: processor);
        var build = await host.AddBuildAsync();
        var server = await host.StartServerAsync();
        await host.Fleet.DeleteBuildAsync(Host.Project, build.Id);
        var again = await host.Fleet.DeleteBuildAsync(Host.Project, build.Id);
        var running = (await host.NowAsync(server)).Status;
        await host.Fleet.StopServerAsync(Host.Project, server.Id, StopReason.ShutdownSignal);
        await host.Fleet.WhenSettledAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(running, Is.EqualTo(ServerStatus.Running));
            Assert.That(processor.Deleted, Is.EqualTo(new[] { build.Id }));
            Assert.That(again.Problem, Is.Null);
            Assert.That((await host.Fleet.StartServerAsync(Host.Project, Anything())).Problem?.Code, Is.EqualTo(ProblemCode.NoReadyBuild));
            Assert.That((await host.AddBuildAsync()).Version, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Another_project_sees_neither_servers_nor_builds()
    {
        await using var host = await Host.StartAsync();
        var other = new ProjectId("other");
        await host.Fleet.ConfigureProjectAsync(other, "other", new ProjectKeys("pf_other", "pfclient_other"), Plan.Pro);
        var build = await host.AddBuildAsync();
        var server = await host.StartServerAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await host.Fleet.FindServerAsync(other, server.Id), Is.Null);
            Assert.That((await host.Fleet.StopServerAsync(other, server.Id, StopReason.ShutdownSignal)).Problem, Is.EqualTo(Problem.ServerNotFound));
            Assert.That(host.Fleet.FindBuild(other, build.Id), Is.Null);
            Assert.That((await host.Fleet.DeleteBuildAsync(other, build.Id)).Problem, Is.EqualTo(Problem.BuildNotFound));
            Assert.That(host.Fleet.ListServers(other, true, true, 0, 50).Total, Is.Zero);
            Assert.That(host.Fleet.Authenticate("pf_other")?.Project.Id, Is.EqualTo(other));
        }
    }

    [Test]
    public async Task Shutdown_stops_every_server_and_waits_for_the_last()
    {
        await using var host = await Host.StartAsync();
        await host.AddBuildAsync();
        await host.StartServerAsync();
        await host.StartServerAsync(spec => spec with { AutoRestart = true });
        await host.Fleet.StopServersAsync(StopReason.ShutdownSignal);
        Assert.That(host.Compute.Running, Is.Empty);
    }

    private static async Task SetPoolAsync(Host host, int count) => await host.Fleet.ChangeSettingsAsync(Host.Project, settings => settings with
    {
        Pool = new PoolConfig(true, [new PoolTarget("us-east", "small", count)]),
    });

    private static ServerStart Anything() =>
        new(new ServerSpec { Name = "test", Region = "us-east", Size = Catalog.ComputeSize.Small }, null, null);
}
