using System.Text.Json;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Control;

/// <summary>Shows all that is known of a server of any project, except the values of its variables.</summary>
internal sealed class ServerInspection(FleetOrchestrator fleet)
{
    /// <summary>Answers with a server.</summary>
    public async Task GetAsync(HttpContext http)
    {
        var id = new InstanceId((string)http.Request.RouteValues["instance_id"]!);
        await (await fleet.FindServerAsync(id, http.RequestAborted) is { } server
            ? JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, server, Write)
            : ErrorAnswer.WriteAsync(http, Problem.ServerNotFound));
    }

    private static void Write(Utf8JsonWriter json, GameServer server)
    {
        json.WriteStartObject();
        json.WritePropertyName("server"u8);
        ServerJson.Write(json, server);
        json.WriteString("project_id"u8, server.Project.Value);
        json.WriteNumber("number"u8, server.Number);
        json.WriteString("state"u8, WordOf(server.State));
        json.WriteString("stop_reason"u8, server.StopReason?.Word);
        json.WriteString("build_id"u8, server.Build.Id.Value);
        json.WriteString("host"u8, server.Host);
        json.WriteNumber("launch"u8, server.Launch);
        json.WriteNumber("machine"u8, server.Machine);
        json.WriteString("machine_id"u8, MachineId.Of(server));
        json.WriteNumber("auto_restarts"u8, server.AutoRestarts);
        WireTime.Write(json, "launched_at"u8, server.LaunchedAt);
        WireTime.Write(json, "expires_at"u8, server.ExpiresAt);
        WireTime.Write(json, "retry_at"u8, server.RetryAt);
        WireTime.Write(json, "kill_at"u8, server.KillAt);
        WritePorts(json, "held_ports"u8, server.Ports);
        WritePorts(json, "ending_ports"u8, server.EndingPorts);
        json.WriteStartArray("environment_names"u8);
        foreach (var (name, _) in server.Spec.Environment)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePorts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<NetworkPort> ports)
    {
        json.WriteStartArray(name);
        foreach (var port in ports)
        {
            ServerJson.Write(json, port);
        }

        json.WriteEndArray();
    }

    private static string WordOf(ServerState state) => state switch
    {
        ServerState.Launching => "launching",
        ServerState.Running => "running",
        ServerState.BackingOff => "backing_off",
        ServerState.Restarting => "restarting",
        ServerState.Stopping => "stopping",
        _ => "stopped",
    };
}
