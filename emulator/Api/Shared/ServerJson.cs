using System.Text.Json;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The server object of the API. Holds no secret: variables are never part of it.</summary>
internal static class ServerJson
{
    /// <summary>Writes a server.</summary>
    public static void Write(Utf8JsonWriter json, GameServer server)
    {
        var spec = server.Spec;
        json.WriteStartObject();
        json.WriteString("instance_id"u8, server.Id.Value);
        json.WriteString("name"u8, spec.Name);
        json.WriteString("status"u8, ServerWords.Of(server.Status));
        WritePorts(json, server);
        json.WriteString("startup_args"u8, spec.StartupArgs);
        json.WriteString("service_type"u8, ServerWords.Of(server.ServiceType));
        json.WriteString("compute_size"u8, spec.Size.Name);
        json.WriteString("region"u8, spec.Region);
        json.WriteString("version_tag"u8, server.Build.VersionTag);
        json.WriteNumber("version"u8, server.Build.Version);
        WireTime.Write(json, "started_at"u8, server.StartedAt);
        WireTime.Write(json, "stopped_at"u8, server.StoppedAt);
        json.WriteBoolean("auto_restart"u8, spec.AutoRestart);
        WriteCustomData(json, spec.CustomData);
        WriteTtl(json, spec.Ttl);
        json.WriteBoolean("is_pool_server"u8, server.IsPoolServer);
        WireTime.Write(json, "pool_claimed_at"u8, server.PoolClaimedAt);
        json.WriteString("match_id"u8, spec.MatchId);
        WireTime.Write(json, "created_at"u8, server.CreatedAt);
        WireTime.Write(json, "updated_at"u8, server.UpdatedAt);
        json.WriteEndObject();
    }

    /// <summary>Writes a port.</summary>
    public static void Write(Utf8JsonWriter json, NetworkPort port)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, port.Name);
        json.WriteNumber("internal_port"u8, port.InternalPort);
        json.WriteNumber("external_port"u8, port.ExternalPort);
        json.WriteString("protocol"u8, port.Protocol is PortProtocol.Udp ? "udp"u8 : "tcp"u8);
        json.WriteString("host"u8, port.Host);
        json.WriteBoolean("tls_enabled"u8, port.TlsEnabled);
        json.WriteEndObject();
    }

    // A stopped server has no ports for callers, while its process may still be letting go of them.
    private static void WritePorts(Utf8JsonWriter json, GameServer server)
    {
        json.WriteStartArray("network_ports"u8);
        if (server.Status is not ServerStatus.Stopped)
        {
            foreach (var port in server.Ports)
            {
                Write(json, port);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteCustomData(Utf8JsonWriter json, string? customData)
    {
        json.WritePropertyName("custom_data"u8);
        if (customData is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(customData, skipInputValidation: true);
        }
    }

    private static void WriteTtl(Utf8JsonWriter json, TimeSpan? ttl)
    {
        if (ttl is { } lifetime)
        {
            json.WriteNumber("ttl"u8, (long)lifetime.TotalSeconds);
        }
        else
        {
            json.WriteNull("ttl"u8);
        }
    }
}
