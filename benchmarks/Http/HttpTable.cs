using HdrHistogram;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Http;

/// <summary>The figures as a table in markdown, row by row as they are measured.</summary>
internal sealed class HttpTable
{
    private const double GoalForTail = 4;
    private const double GoalForFlatness = 1.3;

    // What integrators mock the service with today, on such a machine at 1,000 servers: quoted, not measured here.
    private const int MockedServers = 1_000;

    private static readonly (string Call, int PerSecond, int Goal)[] Mock =
        [("POST start, in memory", 4_900, 3), ("GET one server", 14_000, 3), ("list of 50", 590, 10)];

    private readonly Dictionary<string, List<double>> _ratios = [];
    private readonly Dictionary<(string Call, int Servers), double> _rates = [];

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
        _rates[(call, servers)] = rate;
        Console.WriteLine($"| {call} | {servers:N0} | {rate:N0} | {bare:N0} | {ratio:P0} | ≥ {goal:P0} | {Times(ours, "0.00", "ms")} "
            + $"| {Times(beside, "0.00", "ms")} | {tail:0.0} | {Verdict(ratio >= goal && tail <= GoalForTail)} |");
    }

    /// <summary>Adds how far the ratios of each call lie apart: what else the machine did is no part of them.</summary>
    public void PrintFlatness()
    {
        Console.WriteLine();
        foreach (var (call, ratios) in _ratios.Where(pair => pair.Value.Count > 1))
        {
            var spread = ratios.Max() / ratios.Min();
            Console.WriteLine($"- {call}: within {spread:0.00}× whatever the number of servers ({Verdict(spread <= GoalForFlatness)}: ≤ {GoalForFlatness:0.0}×)");
        }
    }

    /// <summary>Adds the rates beside those of the mock.</summary>
    public void PrintBesideMock()
    {
        Console.WriteLine();
        Console.WriteLine($"| call, {MockedServers:N0} live servers | a second | the mock of today, quoted | ratio | goal |");
        Console.WriteLine("|---|---:|---:|---:|---|");
        foreach (var (call, perSecond, goal) in Mock)
        {
            var ratio = _rates[(call, MockedServers)] / perSecond;
            Console.WriteLine($"| {call} | {_rates[(call, MockedServers)]:N0} | {perSecond:N0} | {ratio:0.0}× | ≥ {goal}×, {Verdict(ratio >= goal)} |");
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
}
