using System.Buffers;
using BenchmarkDotNet.Attributes;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;

namespace PlayFlow.Benchmarks.Engine;

/// <summary>A journal of 100,000 servers' lives folded into a fleet: as events, and from its bytes.</summary>
public class FoldBenchmarks
{
    private const int Servers = 100_000;
    private readonly List<FleetEvent> _events = [];
    private readonly List<byte[]> _payloads = [];

    /// <summary>Records the journal: start, ports open, end of each server.</summary>
    [GlobalSetup]
    public void Record()
    {
        var fleet = new FilledFleet(0);
        foreach (var host in fleet.Fleet.Hosts)
        {
            _events.Add(new FleetEvent.HostOffered(fleet.Now, host));
        }

        foreach (var project in fleet.Fleet.Projects)
        {
            _events.Add(new FleetEvent.ProjectConfigured(fleet.Now, project.Id, project.Name, project.Keys, project.Plan));
        }

        foreach (var build in fleet.Fleet.Builds)
        {
            _events.Add(new FleetEvent.BuildCreated(fleet.Now, build));
        }

        fleet.Recording = true;
        for (var i = 0; i < Servers; i++)
        {
            fleet.End(fleet.Start());
        }

        _events.AddRange(fleet.Events);
        foreach (var happened in _events)
        {
            var bytes = new ArrayBufferWriter<byte>();
            EventFormat.Write(happened, bytes);
            _payloads.Add(bytes.WrittenSpan.ToArray());
        }
    }

    /// <summary>Events already read.</summary>
    [Benchmark(OperationsPerInvoke = 2 * Servers)]
    public long FoldEvents()
    {
        var fleet = new Fleet(new FleetRules { PortCoolDown = TimeSpan.Zero });
        foreach (var happened in _events)
        {
            fleet.Apply(happened);
        }

        return fleet.Sequence;
    }

    /// <summary>Bytes as the store gives them.</summary>
    [Benchmark(OperationsPerInvoke = 2 * Servers)]
    public long ReadAndFold()
    {
        var fleet = new Fleet(new FleetRules { PortCoolDown = TimeSpan.Zero });
        foreach (var payload in _payloads)
        {
            fleet.Apply(EventFormat.Read(payload));
        }

        return fleet.Sequence;
    }
}
