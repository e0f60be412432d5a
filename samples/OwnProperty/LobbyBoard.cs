using PlayFlow.Core.Servers;

namespace OwnProperty;

/// <summary>Code of one's own that follows a fleet: the matches players can join, with their addresses.</summary>
internal sealed class LobbyBoard
{
    private readonly Dictionary<InstanceId, string> _matches = [];

    public IReadOnlyDictionary<InstanceId, string> Matches => _matches;

    /// <summary>A server changed.</summary>
    public void Note(GameServer server)
    {
        // Take the second condition away, and the property finds out.
        if (server.Status is ServerStatus.Running && !server.IsIdlePoolServer)
        {
            _matches[server.Id] = AddressOf(server);
        }
        else
        {
            _matches.Remove(server.Id);
        }
    }

    public static string AddressOf(GameServer server) => FormattableString.Invariant($"{server.Ports[0].Host}:{server.Ports[0].ExternalPort}");
}
