using HdrHistogram;

namespace PlayFlow.Benchmarks.Http;

/// <summary>The figures as a table in markdown, row by row as they are measured.</summary>
internal sealed class HttpTable
{
    private const double GoalForTail = 4;
    private const double GoalForFlatness = 1.3;

    private readonly Dictionary<string, List<double>> _ratios = [];

    public HttpTable()
    {
        Console.WriteLine("| call | live servers | a second | bare Kestrel | ratio | goal | p50, p99 | bare Kestrel | p99 ratio | goals |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|");
    }

    /// <summary>Adds a row: medians of rounds taken in turns, and the latencies of all of them.</summary>
    public void Add(string call, int servers, double goal, List<(Round Ours, Round Bare)> rounds)
    {
        var rate = Median(rounds.Select(pair => pair.Ours.PerSecond));
        var bare = Median(rounds.Select(pair => pair.Bare.PerSecond));
        var ratio = Median(rounds.Select(pair => pair.Ours.PerSecond / pair.Bare.PerSecond));
        var ours = Merge(rounds.Select(pair => pair.Ours));
        var beside = Merge(rounds.Select(pair => pair.Bare));
        var tail = (double)ours.GetValueAtPercentile(99) / beside.GetValueAtPercentile(99);
        _ratios.TryAdd(call, []);
        _ratios[call].Add(ratio);
        Console.WriteLine($"| {call} | {servers:N0} | {rate:N0} | {bare:N0} | {ratio:P0} | ≥ {goal:P0} | {Times(ours)} "
            + $"| {Times(beside)} | {tail:0.0} | {(ratio >= goal && tail <= GoalForTail ? "met" : "missed")} |");
    }

    /// <summary>Adds how far the ratios of each call lie apart: what else the machine did is no part of them.</summary>
    public void PrintFlatness()
    {
        Console.WriteLine();
        foreach (var (call, ratios) in _ratios.Where(pair => pair.Value.Count > 1))
        {
            var spread = ratios.Max() / ratios.Min();
            Console.WriteLine($"- {call}: within {spread:0.00}× whatever the number of servers ({(spread <= GoalForFlatness ? "met" : "missed")}: ≤ {GoalForFlatness:0.0}×)");
        }
    }

    private static LongHistogram Merge(IEnumerable<Round> rounds)
    {
        var all = rounds.First().Latencies;
        foreach (var round in rounds.Skip(1))
        {
            all.Add(round.Latencies);
        }

        return all;
    }

    private static string Times(LongHistogram latencies) =>
        $"{latencies.GetValueAtPercentile(50) / 1e3:0.00}, {latencies.GetValueAtPercentile(99) / 1e3:0.00} ms";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
