using System.Text.Json;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The settings object of the API. Holds variables: it goes to the server key alone.</summary>
internal static class SettingsJson
{
    /// <summary>Writes settings, all six members.</summary>
    public static void Write(Utf8JsonWriter json, ProjectSettings settings)
    {
        json.WriteStartObject();
        json.WriteStartArray("port_configs"u8);
        foreach (var port in settings.Ports)
        {
            Write(json, port);
        }

        json.WriteEndArray();
        json.WritePropertyName("auth_config"u8);
        json.WriteRawValue(settings.AuthConfig, skipInputValidation: true);
        json.WriteStartObject("environment_variables"u8);
        foreach (var (name, value) in settings.Environment)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        Write(json, settings.Pool);
        json.WritePropertyName("lobby_configs"u8);
        json.WriteRawValue(settings.LobbyConfigs, skipInputValidation: true);
        WireTime.Write(json, "updated_at"u8, settings.UpdatedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PortConfig port)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, port.Id);
        json.WriteString("name"u8, port.Name);
        json.WriteNumber("internal_port"u8, port.InternalPort);
        json.WriteString("protocol"u8, port.Protocol is PortProtocol.Udp ? "udp"u8 : "tcp"u8);
        json.WriteBoolean("tls_enabled"u8, port.TlsEnabled);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PoolConfig? pool)
    {
        if (pool is null)
        {
            json.WriteNull("pool_config"u8);
            return;
        }

        json.WriteStartObject("pool_config"u8);
        json.WriteBoolean("enabled"u8, pool.Enabled);
        json.WriteStartObject("regions"u8);
        foreach (var region in pool.Targets.GroupBy(target => target.Region))
        {
            json.WriteStartObject(region.Key);
            foreach (var target in region)
            {
                json.WriteNumber(target.Size, target.Count);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
