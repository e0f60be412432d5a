using System.Globalization;
using System.Text;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Compute;

/// <summary>
/// The text of <c>playflow.json</c>, which game processes read beside their executable: what the service's SDKs look for, and
/// the rest of the server's record, since some games read the file straight into it.
/// </summary>
public static class ServerConfigFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "playflow.json";

    /// <summary>Writes the text for a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="apiKey">The key with which the process can call the API about itself.</param>
    public static string Write(GameServer server, string apiKey)
    {
        var spec = server.Spec;
        var json = new StringBuilder(1024).Append('{');
        Text(json, "instance_id", server.Id.Value);
        Text(json, "name", spec.Name);
        Text(json, "region", spec.Region);
        Raw(json, "custom_data", spec.CustomData ?? "{}");
        Text(json, "api-key", apiKey);
        Text(json, "startup_args", spec.StartupArgs);
        Text(json, "arguments", spec.StartupArgs);
        Text(json, "version_tag", server.Build.VersionTag);
        Raw(json, "version", server.Build.Version.ToString(CultureInfo.InvariantCulture));
        Text(json, "match_id", spec.MatchId);
        Text(json, "status", ServerWords.Of(server.Status));
        Text(json, "service_type", ServerWords.Of(server.ServiceType));
        Text(json, "compute_size", spec.Size.Name);
        Ports(json, server);
        Text(json, "started_at", Time(server.StartedAt));
        Text(json, "stopped_at", Time(server.StoppedAt));
        Raw(json, "auto_restart", spec.AutoRestart ? "true" : "false");
        Raw(json, "ttl", spec.Ttl is { } ttl ? ((long)ttl.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "null");
        Raw(json, "is_pool_server", server.IsPoolServer ? "true" : "false");
        Text(json, "pool_claimed_at", Time(server.PoolClaimedAt));
        Text(json, "created_at", Time(server.CreatedAt));
        Text(json, "updated_at", Time(server.UpdatedAt));
        return json.Append('}').ToString();
    }

    private static void Ports(StringBuilder json, GameServer server)
    {
        Raw(json, "network_ports", "[");
        foreach (var port in server.Ports)
        {
            Separate(json);
            json.Append('{');
            Text(json, "name", port.Name);
            Raw(json, "internal_port", port.InternalPort.ToString(CultureInfo.InvariantCulture));
            Raw(json, "external_port", port.ExternalPort.ToString(CultureInfo.InvariantCulture));
            Text(json, "protocol", port.Protocol is PortProtocol.Udp ? "udp" : "tcp");
            Text(json, "host", port.Host);
            Raw(json, "tls_enabled", port.TlsEnabled ? "true" : "false");
            json.Append('}');
        }

        json.Append(']');
    }

    private static string? Time(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static void Text(StringBuilder json, string name, string? value)
    {
        Raw(json, name, string.Empty);
        if (value is null)
        {
            json.Append("null");
            return;
        }

        json.Append('"');
        foreach (var letter in value)
        {
            if (letter is '"' or '\\')
            {
                json.Append('\\').Append(letter);
            }
            else if (letter < ' ' || char.IsSurrogate(letter))
            {
                json.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                json.Append(letter);
            }
        }

        json.Append('"');
    }

    private static void Raw(StringBuilder json, string name, string value)
    {
        Separate(json);
        json.Append('"').Append(name).Append("\":").Append(value);
    }

    private static void Separate(StringBuilder json)
    {
        if (json[json.Length - 1] is not ('{' or '['))
        {
            json.Append(',');
        }
    }
}
