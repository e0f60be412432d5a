using System.Globalization;
using System.Runtime.Versioning;
using HdrHistogram;
using PlayFlow.Benchmarks.Emulator;
using PlayFlow.Benchmarks.Providers;
using PlayFlow.Core.Compute;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Relay;

/// <summary>
/// Prints what the relay of the process provider passes on, beside a bare echo. Both are the same game, launched twice: one binds
/// the port it is given, the other the one it is configured for, so that there is a relay before it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class RelayFigures
{
    private const int Rounds = 7;
    private const int DirectPort = 31_801;
    private const int RelayedPort = 31_802;
    private const int InternalPort = 31_803;
    private const double GoalForRate = 0.5;
    private const double GoalForLatency = 100;

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(300);

    public static async Task PrintAsync()
    {
        await using var host = await ProcessHost.StartAsync(Programs.Folder("benchmarks/BareEcho"), "BareEcho");
        await LaunchAsync(host, host.Request(DirectPort, InternalPort, "{port:game}"));
        await LaunchAsync(host, host.Request(RelayedPort, InternalPort, InternalPort.ToString(CultureInfo.InvariantCulture)));
        using var bare = new DatagramLoad(DirectPort);
        using var ours = new DatagramLoad(RelayedPort);
        Console.WriteLine($"| datagram | clients | relayed a second | bare echo | ratio | ≥ {GoalForRate:P0} | p50, p99 | bare echo | added at p50 | ≤ {GoalForLatency:0} µs | allocated each | 0 B | generator at work: relayed, bare |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---|---:|---:|---:|---|---:|---|---:|");
        foreach (var bytes in new[] { 64, 1200 })
        {
            foreach (var clients in new[] { 1, 64 })
            {
                Measure(ours, bare, bytes, clients);
            }
        }
    }

    private static async Task LaunchAsync(ProcessHost host, LaunchRequest request)
    {
        await host.LaunchAsync(request with { Environment = [KeyValuePair.Create("DOTNET_ROOT", Programs.DotnetRoot)] });
        await host.Reports.OpenedAsync(request.Id);
    }

    private static void Measure(DatagramLoad ours, DatagramLoad bare, int bytes, int clients)
    {
        var rounds = new List<(DatagramRound Ours, DatagramRound Bare)>();
        var (relayed, direct) = (DatagramLoad.NewHistogram(), DatagramLoad.NewHistogram());
        for (var i = 0; i <= Rounds; i++)
        {
            var pair = (ours.Flood(clients, bytes, RoundTime), bare.Flood(clients, bytes, RoundTime));
            if (i > 0)
            {
                rounds.Add(pair);
                ours.Ping(clients, bytes, RoundTime / 2, relayed);
                bare.Ping(clients, bytes, RoundTime / 2, direct);
            }
        }

        var ratio = Median(rounds.Select(pair => pair.Ours.PerSecond / pair.Bare.PerSecond));
        var added = (relayed.GetValueAtPercentile(50) - direct.GetValueAtPercentile(50)) / 1e3;
        // Whatever else this process allocates, it does beside the bare echo, too.
        var allocated = Math.Max(0, Median(rounds.Select(pair => (double)(pair.Ours.AllocatedBytes - pair.Bare.AllocatedBytes) / pair.Ours.Count)));
        var lost = rounds.Sum(pair => pair.Ours.Lost);
        Console.WriteLine($"| {bytes:N0} B | {clients} | {Median(rounds.Select(pair => pair.Ours.PerSecond)):N0}{(lost > 0 ? $" ({lost} lost)" : "")} | {Median(rounds.Select(pair => pair.Bare.PerSecond)):N0} "
            + $"| {ratio:P0} | {Verdict(ratio >= GoalForRate)} | {Times(relayed, "0", "µs")} | {Times(direct, "0", "µs")} | {added:0} µs | {Verdict(added <= GoalForLatency)} "
            + $"| {allocated:0.00} B | {Verdict(allocated < 0.01)} | {Median(rounds.Select(pair => pair.Ours.Busy)):P0}, {Median(rounds.Select(pair => pair.Bare.Busy)):P0} |");
    }
}
