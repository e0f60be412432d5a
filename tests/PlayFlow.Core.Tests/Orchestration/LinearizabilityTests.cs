using System.Collections.Concurrent;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>Histories of several threads against one orchestrator, with servers that start, fail, and end beside them.</summary>
public sealed class LinearizabilityTests
{
    private const int Threads = 4;
    private const int CallsPerThread = 10;

    [Test]
    public async Task Concurrent_histories_are_explained_by_some_order_of_the_engine([Range(0, 9)] int hundred)
    {
        for (var seed = hundred * 100; seed < (hundred + 1) * 100; seed++)
        {
            var (journal, calls, prepared) = await RunAsync(seed);
            var fault = new HistoryCheck(new FleetRules(), journal, prepared).Explain(calls);
            Assert.That(fault, Is.Null, $"seed {seed}");
        }
    }

    private static async Task<(List<FleetEvent> Journal, List<HistoryCall> Calls, int Prepared)> RunAsync(int seed)
    {
        var store = new WatchedStore();
        await using var host = await Host.StartAsync(
            request => new FakeComputeScript
            {
                ReadyAfter = TimeSpan.FromSeconds(request.Id.Launch % 2),
                ExitAfter = request.Ports[0].ExternalPort % 3 == 0 ? TimeSpan.FromSeconds(2) : null,
                StopTakes = TimeSpan.FromSeconds(request.Ports[0].ExternalPort % 2),
            },
            store: store,
            hosts: [new("local", "127.0.0.1", PortRange.Create(30000, 30999))]);
        var build = await host.AddBuildAsync();
        var prepared = store.Written;
        var scene = new Scene(host, store, build.Id);
        var threads = Enumerable.Range(0, Threads).Select(thread => Task.Run(() => scene.CallAsync(new Random((seed * Threads) + thread), thread)))
            .Append(Task.Run(async () =>
            {
                for (var second = 0; second < 4; second++)
                {
                    await host.Clock.AdvanceAsync(TimeSpan.FromSeconds(1));
                }
            }));
        await Task.WhenAll(threads);
        await host.Fleet.WhenSettledAsync();
        return (store.Journal, [.. scene.Calls], prepared);
    }

    private sealed class Scene(Host host, WatchedStore store, BuildId build)
    {
        private readonly ConcurrentQueue<InstanceId> _servers = new();
        private readonly ConcurrentQueue<BuildId> _builds = new([build]);
        private int _order;

        public ConcurrentBag<HistoryCall> Calls { get; } = [];

        public async Task CallAsync(Random random, int thread)
        {
            for (var i = 0; i < CallsPerThread; i++)
            {
                var unique = FormattableString.Invariant($"{thread}-{i}");
                var server = _servers.IsEmpty ? new InstanceId("none") : _servers.ElementAt(random.Next(_servers.Count));
                var one = _builds.ElementAt(random.Next(_builds.Count));
                await (random.Next(12) switch
                {
                    0 or 1 or 2 or 3 => StartAsync(random, unique),
                    4 => ServerAsync("stop", () => host.Fleet.StopServerAsync(Host.Project, server, StopReason.ShutdownSignal),
                        (_, at) => new FleetCommand.RequestStop(at, server, StopReason.ShutdownSignal), server),
                    5 => RestartAsync(new RestartChanges { Name = unique }, server),
                    6 => ServerAsync("update", () => host.Fleet.ReplaceCustomDataAsync(Host.Project, server, $"\"{unique}\""),
                        (_, at) => new FleetCommand.ReplaceCustomData(at, server, $"\"{unique}\""), server),
                    7 => ReadAsync(server),
                    8 => BuildAsync("create", new BuildId(unique), () => host.Fleet.CreateBuildAsync(Host.Project, "default", BuildType.Zip, "Server.x86_64", null, new BuildId(unique)),
                        at => new FleetCommand.CreateBuild(at, Host.Project, new BuildId(unique), "default", BuildType.Zip, "Server.x86_64", null)),
                    9 => BuildAsync("process", one, () => host.Fleet.ProcessBuildAsync(one), at => new FleetCommand.BeginProcessing(at, one)),
                    10 when random.Next(3) == 0 => BuildAsync("delete", one, () => host.Fleet.DeleteBuildAsync(Host.Project, one), at => new FleetCommand.DeleteBuild(at, one)),
                    _ => SettingsAsync(random, unique),
                });
            }
        }

        private async Task StartAsync(Random random, string unique)
        {
            var start = new ServerStart(
                new ServerSpec
                {
                    Name = unique,
                    Region = "us-east",
                    Size = ComputeSize.Small,
                    MatchId = unique,
                    AutoRestart = random.Next(2) == 0,
                    Ttl = random.Next(2) == 0 ? TimeSpan.FromSeconds(60) : null,
                },
                null,
                null);
            var given = new InstanceId("none");
            await MakeAsync(
                "start",
                async () => Note(await host.Fleet.StartServerAsync(Host.Project, start)),
                (_, at) => new FleetCommand.StartServer(at, Host.Project, given, start.Spec, null, null),
                (fleet, events) => Show(fleet.FindServer(((FleetEvent.ServerEvent)events[^1]).ServerId)!));

            Result<GameServer> Note(Result<GameServer> started)
            {
                if (started.TryGetValue(out var server, out _))
                {
                    given = server.Id;
                    _servers.Enqueue(server.Id);
                }

                return started;
            }
        }

        private Task RestartAsync(RestartChanges changes, InstanceId server) => ServerAsync(
            "restart",
            () => host.Fleet.RestartServerAsync(Host.Project, server, changes),
            (_, at) => new FleetCommand.RequestRestart(at, server, changes),
            server);

        private Task ServerAsync(
            string what, Func<ValueTask<Result<GameServer>>> call, Func<Fleet, DateTimeOffset, FleetCommand> command, InstanceId server) =>
            MakeAsync($"{what} {server}", () => call().AsTask(), command, (fleet, _) => Show(fleet.FindServer(server)!));

        private async Task ReadAsync(InstanceId server)
        {
            await MakeAsync<GameServer>(
                $"read {server}",
                async () => await host.Fleet.FindServerAsync(Host.Project, server) is { } found ? found : Problem.ServerNotFound,
                null,
                (fleet, _) => fleet.FindServer(server) is { } found ? Show(found) : HistoryCheck.Show(Problem.ServerNotFound));
        }

        private async Task BuildAsync(string what, BuildId id, Func<ValueTask<Result<Build>>> call, Func<DateTimeOffset, FleetCommand> command)
        {
            await MakeAsync($"{what} {id}", () => call().AsTask(), (_, at) => command(at), (fleet, _) => Show(fleet.FindBuild(id)!));
            if (what == "create")
            {
                _builds.Enqueue(id);
            }
        }

        private Task SettingsAsync(Random random, string unique)
        {
            var pool = new PoolConfig(true, [new PoolTarget("us-east", "small", random.Next(3))]);
            return MakeAsync(
                "settings",
                () => host.Fleet.ChangeSettingsAsync(Host.Project, Change).AsTask(),
                (fleet, at) => new FleetCommand.ReplaceSettings(at, Host.Project, Change(fleet.FindProject(Host.Project)!.Settings) with { UpdatedAt = at }),
                (fleet, _) => Show(fleet.FindProject(Host.Project)!));

            ProjectSettings Change(ProjectSettings settings) => settings with { Pool = pool, Environment = settings.Environment.Add(new("V" + unique, "1")) };
        }

        private async Task MakeAsync<T>(
            string what,
            Func<Task<Result<T>>> call,
            Func<Fleet, DateTimeOffset, FleetCommand>? command,
            Func<Fleet, IReadOnlyList<FleetEvent>, string> answerIn)
        {
            var before = store.Written;
            var began = Interlocked.Increment(ref _order);
            var answer = await call();
            var returned = Interlocked.Increment(ref _order);
            Calls.Add(new HistoryCall
            {
                What = what,
                Command = command,
                AnswerIn = answerIn,
                Answer = answer.Problem is { } problem ? HistoryCheck.Show(problem) : Show(answer.Value!),
                IsRefused = answer.Problem is not null,
                Span = (began, returned),
                Written = (before, store.Written),
            });
        }

        private static string Show(object record) => record switch
        {
            GameServer server => Convert.ToHexString(ArchiveFormat.Write(server).Span),
            Build build => FormattableString.Invariant($"{build.Id} {build.Name} {build.Version} {build.State} {build.CreatedAt:O} {build.UpdatedAt:O}"),
            Project project => FormattableString.Invariant(
                $"{project.Id} {string.Join(", ", project.Settings.Environment)} {project.Settings.Pool?.Targets[0]} {project.Settings.UpdatedAt:O}"),
            _ => throw new ArgumentOutOfRangeException(nameof(record), record, null),
        };
    }
}
