using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite;

namespace PlayFlow.Benchmarks.Growth;

/// <summary>
/// A data directory of an emulator in which any number of servers have lived and stopped: made through the library, by starting
/// and stopping each on the fake provider over the SQLite stores, logs included.
/// </summary>
internal static class StoppedServers
{
    private const int AtOnce = 1_000;
    private const int Hosts = 32;

    public static async Task WriteAsync(string data, int servers)
    {
        var hosts = FakeComputeOptions.ManyHosts(Hosts, PortRange.Create(1024, 65_000));
        await using var fleet = await PlayFlowHost.StartAsync(
            new PlayFlowOptions(),
            new FakeComputeProvider(new FakeComputeOptions { Hosts = hosts }, TimeProvider.System),
            new FakeBuildProcessor(),
            new SqliteFleetStore(Path.Combine(data, "fleet.db")),
            new SqliteLogStore(Path.Combine(data, "logs.db")));
        var project = new ProjectId("default");
        await fleet.AddBuildAsync(project);

        var request = new StartServerRequest { Name = "match", Region = "us-east", Ttl = 3600, CustomData = """{"map":"arena"}""" };
        var start = request.Validate(fleet.Rules, new ViolationList()).Value;
        for (var lived = 0; lived < servers; lived += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, servers - lived)).Select(_ => LiveAsync(fleet, project, start)));

            // What is said of servers never waits for the disk: let it, or it gathers in memory.
            await fleet.WhenSettledAsync();
            await fleet.ReadProjectLogAsync(project, new() { Limit = 1 });
        }
    }

    private static async Task LiveAsync(FleetOrchestrator fleet, ProjectId project, ServerStart start)
    {
        var server = (await fleet.StartServerAsync(project, start)).Value;
        _ = (await fleet.StopServerAsync(project, server.Id, StopReason.ShutdownSignal)).Value;
    }
}
