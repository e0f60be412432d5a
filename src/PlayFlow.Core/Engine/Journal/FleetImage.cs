using System.Buffers;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>
/// The whole fleet at one moment, as references to immutable records: quick to take under the lock, encoded at leisure. Its
/// bytes are events that rebuild the fleet. Cool-downs of ports are left out: they are over by the time a host has come back.
/// </summary>
public sealed class FleetImage
{
    private const byte Version = 1;

    private readonly DateTimeOffset _at;
    private readonly long _lastServerNumber;
    private readonly ComputeHost[] _hosts;
    private readonly Project[] _projects;
    private readonly Build[] _builds;
    private readonly GameServer[] _servers;

    private FleetImage(Fleet fleet, DateTimeOffset at)
    {
        _at = at;
        Sequence = fleet.Sequence;
        _lastServerNumber = fleet.LastServerNumber;
        _hosts = [.. fleet.Hosts];
        _projects = [.. fleet.Projects];
        _builds = [.. fleet.Builds];
        _servers = [.. fleet.Servers];
    }

    /// <summary>The last event it includes.</summary>
    public long Sequence { get; }

    /// <summary>Takes the image of a fleet.</summary>
    public static FleetImage Take(Fleet fleet, DateTimeOffset at) => new(fleet, at);

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        // Stopped servers leave memory in the order they stopped.
        Array.Sort(_servers, static (one, other) => (one.StoppedAt, one.Number).CompareTo((other.StoppedAt, other.Number)));

        var output = new ArrayBufferWriter<byte>(1024);
        var to = new PayloadWriter(output);
        to.Byte(Version);
        to.Number(Sequence);
        to.Number(_lastServerNumber);
        var entry = new ArrayBufferWriter<byte>(512);
        foreach (var happened in Events())
        {
            entry.Clear();
            EventFormat.Write(happened, entry);
            to.Number(entry.WrittenCount);
            output.Write(entry.WrittenSpan);
        }

        return output.WrittenMemory;
    }

    /// <summary>Rebuilds a fleet from the bytes of an image.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or were written by a newer version.</exception>
    public static Fleet Restore(ReadOnlySpan<byte> payload, FleetRules rules)
    {
        var from = new PayloadReader(payload);
        from.Version(Version);
        var sequence = from.Number();
        var lastServerNumber = from.Number();
        var fleet = new Fleet(rules);
        while (!from.IsAtEnd)
        {
            fleet.Apply(EventFormat.Read(from.Bytes(from.Int())));
        }

        fleet.ResumeAt(sequence, lastServerNumber);
        return fleet;
    }

    private IEnumerable<FleetEvent> Events()
    {
        foreach (var host in _hosts)
        {
            yield return new FleetEvent.HostOffered(_at, host);
        }

        foreach (var project in _projects)
        {
            yield return new FleetEvent.ProjectConfigured(_at, project.Id, project.Name, project.Keys, project.Plan);
            yield return new FleetEvent.SettingsReplaced(_at, project.Id, project.Settings);
        }

        foreach (var build in _builds)
        {
            yield return new FleetEvent.BuildCreated(_at, build);
        }

        foreach (var server in _servers)
        {
            yield return new FleetEvent.ServerRecalled(_at, server);
        }
    }
}
