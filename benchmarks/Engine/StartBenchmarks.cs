using BenchmarkDotNet.Attributes;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Benchmarks.Engine;

/// <summary>
/// A server started and ended again — validate, plan, build, ports, events, applied — beside more and more live ones, and the start
/// without being applied, which takes no memory of its own. The cost is to be the same at any number.
/// </summary>
public class StartBenchmarks
{
    private FilledFleet _fleet = null!;

    /// <summary>Servers that run meanwhile.</summary>
    [Params(10, 1_000, 100_000)]
    public int LiveServers { get; set; }

    /// <summary>Fills the fleet.</summary>
    [GlobalSetup]
    public void Fill() => _fleet = new FilledFleet(LiveServers);

    /// <summary>The start, decided.</summary>
    [Benchmark]
    public Decision DecideStart() => _fleet.StartUnapplied();

    /// <summary>Start and end.</summary>
    [Benchmark]
    public InstanceId StartAndEnd()
    {
        var id = _fleet.Start();
        _fleet.End(id);
        return id;
    }
}
