using System.Collections.Immutable;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Engine;

/// <summary>A host as the fleet fills it: its ports and how many servers it holds. Not thread-safe.</summary>
internal sealed class HostPorts(ComputeHost host, TimeSpan coolDown)
{
    public ComputeHost Host { get; } = host;

    public PortPool Pool { get; } = new(host.Ports, coolDown);

    public int Servers { get; set; }

    /// <summary>Its place among the hosts of its region.</summary>
    public int Place { get; set; }

    public bool IsFull => Servers >= Host.Capacity;

    /// <summary>The ports a server would get here now, or null. Leaves the pool as it was.</summary>
    public ImmutableArray<NetworkPort>? Offer(ImmutableArray<PortConfig> wanted, DateTimeOffset now)
    {
        // A TCP and a UDP port of one internal number share one external number: many games use one number for both.
        Span<int> groups = stackalloc int[wanted.Length];
        Span<int> internalPorts = stackalloc int[wanted.Length];
        Span<PortProtocol> protocols = stackalloc PortProtocol[wanted.Length];
        var count = 0;
        for (var i = 0; i < wanted.Length; i++)
        {
            var group = internalPorts[..count].IndexOf(wanted[i].InternalPort);
            if (group < 0)
            {
                group = count++;
                internalPorts[group] = wanted[i].InternalPort;
                protocols[group] = PortProtocol.None;
            }

            protocols[group] |= wanted[i].Protocol;
            groups[i] = group;
        }

        Span<int> numbers = stackalloc int[count];
        if (!Pool.TryAllocate(protocols[..count], internalPorts[..count], now, numbers))
        {
            return null;
        }

        for (var group = 0; group < count; group++)
        {
            Pool.Return(numbers[group], protocols[group]);
        }

        var ports = ImmutableArray.CreateBuilder<NetworkPort>(wanted.Length);
        for (var i = 0; i < wanted.Length; i++)
        {
            var config = wanted[i];
            ports.Add(new NetworkPort(
                config.Name, config.InternalPort, numbers[groups[i]], config.Protocol, Host.Address, config.TlsEnabled));
        }

        return ports.MoveToImmutable();
    }
}
