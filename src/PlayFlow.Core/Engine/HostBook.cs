using System.Collections.Immutable;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine;

/// <summary>The hosts, what servers hold on them, and which of them takes the next one. Not thread-safe.</summary>
internal sealed class HostBook(TimeSpan coolDown)
{
    private readonly Dictionary<string, HostPorts> _byId = new(StringComparer.Ordinal);
    private readonly List<HostPorts> _order = [];
    private Dictionary<string, RegionHosts> _ofRegion = [];
    private RegionHosts _ofAnyRegion = new();

    /// <summary>In the order they were first offered.</summary>
    public IEnumerable<ComputeHost> Hosts => _order.Select(host => host.Host);

    public HostPorts? Find(string? id) => id is null ? null : _byId.GetValueOrDefault(id);

    /// <summary>A host is offered, or offered anew: what the servers hold there is held again.</summary>
    public void Put(ComputeHost host, IEnumerable<GameServer> servers, DateTimeOffset at)
    {
        var fresh = new HostPorts(host, coolDown);
        if (_byId.TryGetValue(host.Id, out var before))
        {
            _order[_order.IndexOf(before)] = fresh;
        }
        else
        {
            _order.Add(fresh);
        }

        _byId[host.Id] = fresh;
        foreach (var server in servers)
        {
            HoldAgain(fresh, server.Host, server.Ports, at);
            HoldAgain(fresh, server.EndingHost, server.EndingPorts, at);
        }

        Arrange();
    }

    /// <summary>Where a server with these ports would go now: to its region's first host that has them, or to one for every region.</summary>
    public (string Host, ImmutableArray<NetworkPort> Ports)? Place(ImmutableArray<PortConfig> wanted, string region, DateTimeOffset now) =>
        (_ofRegion.TryGetValue(region, out var ofRegion) ? ofRegion.Place(wanted, now) : null) ?? _ofAnyRegion.Place(wanted, now);

    /// <summary>Follows a server from one state to the next: what it no longer holds is released, what it holds now is taken.</summary>
    public void Move(GameServer? before, GameServer after, DateTimeOffset at)
    {
        if (before is not null && before.Ports == after.Ports && before.EndingPorts == after.EndingPorts
            && after.State is not ServerState.Stopped)
        {
            return;
        }

        if (before is not null)
        {
            Release(before.Host, before.Ports, after, at);
            Release(before.EndingHost, before.EndingPorts, after, at);
        }

        if (before is { State: not ServerState.Stopped })
        {
            Count(before.Host, -1);
            Count(before.EndingHost, -1);
        }

        Hold(after.Host, after.Ports, before, at);
        Hold(after.EndingHost, after.EndingPorts, before, at);
        if (after.State is not ServerState.Stopped)
        {
            Count(after.Host, 1);
            Count(after.EndingHost, 1);
        }
    }

    private void Count(string? id, int change)
    {
        if (Find(id) is { } host)
        {
            host.Servers += change;
            Region(host.Host.Region).Follow(host);
        }
    }

    private void Release(string? id, ImmutableArray<NetworkPort> ports, GameServer after, DateTimeOffset at)
    {
        foreach (var port in ports)
        {
            if (!Holds(after, id, port))
            {
                Find(id)?.Pool.Release(port.ExternalPort, port.Protocol, at);
            }
        }
    }

    private void Hold(string? id, ImmutableArray<NetworkPort> ports, GameServer? before, DateTimeOffset at)
    {
        foreach (var port in ports)
        {
            if (before is null || !Holds(before, id, port))
            {
                Find(id)?.Pool.TryTake(port.ExternalPort, port.Protocol, at);
            }
        }
    }

    private static bool Holds(GameServer server, string? host, NetworkPort port) =>
        (server.Host == host && Contains(server.Ports, port)) || (server.EndingHost == host && Contains(server.EndingPorts, port));

    private static bool Contains(ImmutableArray<NetworkPort> ports, NetworkPort wanted)
    {
        foreach (var port in ports)
        {
            if (port.ExternalPort == wanted.ExternalPort && port.Protocol == wanted.Protocol)
            {
                return true;
            }
        }

        return false;
    }

    private static void HoldAgain(HostPorts host, string? on, ImmutableArray<NetworkPort> ports, DateTimeOffset at)
    {
        if (on != host.Host.Id || ports.IsEmpty)
        {
            return;
        }

        host.Servers++;
        foreach (var port in ports)
        {
            host.Pool.TryTake(port.ExternalPort, port.Protocol, at);
        }
    }

    private void Arrange()
    {
        _ofRegion = _order.Where(host => host.Host.Region is not null).GroupBy(host => host.Host.Region!)
            .ToDictionary(hosts => hosts.Key, hosts => new RegionHosts([.. hosts]), StringComparer.Ordinal);
        _ofAnyRegion = new RegionHosts([.. _order.Where(host => host.Host.Region is null)]);
    }

    private RegionHosts Region(string? region) => region is null ? _ofAnyRegion : _ofRegion[region];

    /// <summary>The hosts of one region in order, and which of them are not full: full ones cost a start nothing.</summary>
    private sealed class RegionHosts
    {
        private readonly HostPorts[] _hosts;
        private readonly IndexBitmap _open;

        public RegionHosts(params HostPorts[] hosts)
        {
            _hosts = hosts;
            _open = new IndexBitmap(hosts.Length);
            for (var place = 0; place < hosts.Length; place++)
            {
                hosts[place].Place = place;
                Follow(hosts[place]);
            }
        }

        public void Follow(HostPorts host)
        {
            if (host.IsFull)
            {
                _open.Remove(host.Place);
            }
            else
            {
                _open.Add(host.Place);
            }
        }

        public (string Host, ImmutableArray<NetworkPort> Ports)? Place(ImmutableArray<PortConfig> wanted, DateTimeOffset now)
        {
            for (var place = _open.Lowest; place >= 0; place = _open.Above(place))
            {
                if (_hosts[place].Offer(wanted, now) is { } ports)
                {
                    return (_hosts[place].Host.Id, ports);
                }
            }

            return null;
        }
    }
}
