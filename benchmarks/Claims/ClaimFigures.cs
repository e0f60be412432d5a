using System.Diagnostics;
using HdrHistogram;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Claims;

/// <summary>
/// Prints what it takes to claim a server of a warm pool, beside the start of a new one: made-up servers, in memory, one after the
/// other, in turns. What a claim leaves to be done, a new server for the pool, is waited for between them.
/// </summary>
internal static class ClaimFigures
{
    private const int Calls = 5_000;
    private const int WarmUp = 1_000;
    private const int Pool = 10;
    private const double Goal = 2;
    private const string PoolRegion = "us-east";
    private const string OtherRegion = "us-west";

    private static readonly ProjectId Project = new("default");

    // Enough of them that no port is waited for: one that was given back rests for a while.
    private static readonly FakeComputeOptions Machines = new() { Hosts = FakeComputeOptions.ManyHosts(8, PortRange.Create(30_000, 39_999)) };
    private static readonly long LongestLatency = (long)TimeSpan.FromSeconds(10).TotalNanoseconds;

    public static async Task PrintAsync()
    {
        await using var fleet = await PlayFlowHost.StartAsync(
            new PlayFlowOptions(), new FakeComputeProvider(Machines, TimeProvider.System), new FakeBuildProcessor());
        await fleet.AddBuildAsync(Project);
        await fleet.ChangeSettingsAsync(
            Project, settings => settings with { Pool = new PoolConfig(Enabled: true, [new PoolTarget(PoolRegion, "small", Pool)]) });
        await fleet.WhenSettledAsync();

        var (start, claim) = (new Latencies(), new Latencies());
        for (var i = -WarmUp; i < Calls; i++)
        {
            await MeasureAsync(fleet, OtherRegion, isClaim: false, i < 0 ? null : start);
            await MeasureAsync(fleet, PoolRegion, isClaim: true, i < 0 ? null : claim);
        }

        Console.WriteLine("| figure | claim from the pool | a start | ratio | goal | |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Print($"answered, median and p99 of {Calls:N0}", claim.Answered, start.Answered);
        Print($"running, median and p99 of {Calls:N0}", claim.Running, start.Running);
    }

    private static async Task MeasureAsync(FleetOrchestrator fleet, string region, bool isClaim, Latencies? latencies)
    {
        var request = new StartServerRequest { Name = "match", Region = region, Ttl = 3600, CustomData = """{"map":"arena"}""" };
        var start = request.Validate(fleet.Rules, new ViolationList()).Value;
        var from = Stopwatch.GetTimestamp();
        var server = (await fleet.StartServerAsync(Project, start)).Value;
        var answered = Stopwatch.GetElapsedTime(from);
        await fleet.WaitForStatusAsync(Project, server.Id, ServerStatus.Running);
        var running = Stopwatch.GetElapsedTime(from);
        if (server.PoolClaimedAt is not null != isClaim)
        {
            throw new InvalidOperationException($"A {(isClaim ? "start" : "claim")} where the other was to be measured.");
        }

        latencies?.Answered.RecordValue((long)answered.TotalNanoseconds);
        latencies?.Running.RecordValue((long)running.TotalNanoseconds);
        await fleet.StopServerAsync(Project, server.Id, StopReason.ShutdownSignal);
        await fleet.WhenSettledAsync();
    }

    private static void Print(string figure, LongHistogram claim, LongHistogram start)
    {
        var ratio = (double)claim.GetValueAtPercentile(50) / start.GetValueAtPercentile(50);
        Console.WriteLine($"| {figure} | {Times(claim, "0.0", "µs")} | {Times(start, "0.0", "µs")} | {ratio:0.00} | ≤ {Goal:0} | {Verdict(ratio <= Goal)} |");
    }

    private sealed record Latencies
    {
        public LongHistogram Answered { get; } = new(LongestLatency, 3);

        public LongHistogram Running { get; } = new(LongestLatency, 3);
    }
}
