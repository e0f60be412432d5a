using System.Collections.Immutable;
using System.Text.Json;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Read what a server uses.</summary>
internal sealed class ServerMetricsEndpoint(FleetOrchestrator fleet)
{
    /// <summary>The periods that can be asked for.</summary>
    public static readonly ImmutableArray<string> Periods = ["5m", "15m", "1h", "6h", "24h"];

    /// <summary>The steps a period can be cut into.</summary>
    public static readonly ImmutableArray<string> Steps = ["15s", "30s", "60s", "300s"];

    private const int Decimals = 2;

    /// <summary>Maps it.</summary>
    public void Map(ApiRoutes routes) => routes.Get("/servers/{instance_id}/metrics", ApiOperation.ReadServerMetrics, ReadAsync);

    private async Task ReadAsync(ApiCall call)
    {
        var (http, project, _) = call;
        var violations = new ViolationList();
        var query = new QueryFields(http.Request.Query, violations);
        var period = query.Word("period", Periods, "1h");
        var step = query.Word("step", Steps, "60s");
        if (!violations.IsEmpty)
        {
            await ErrorAnswer.WriteAsync(http, violations.ToProblem());
            return;
        }

        if (await fleet.FindServerAsync(project.Id, new InstanceId(call.RouteValue("instance_id")), http.RequestAborted) is not { } server)
        {
            await ErrorAnswer.WriteAsync(http, Problem.ServerNotFound);
            return;
        }

        var metrics = fleet.ReadMetrics(server, LengthOf(period), LengthOf(step));
        await JsonAnswer.WriteAsync(
            http, StatusCodes.Status200OK, (server, metrics, step), static (json, answer) => Write(json, answer.server, answer.metrics, answer.step));
    }

    private static void Write(Utf8JsonWriter json, GameServer server, ServerMetrics metrics, string step)
    {
        json.WriteStartObject();
        json.WriteString("instance_id"u8, server.Id.Value);
        json.WriteString("region"u8, server.Spec.Region);
        json.WriteString("machine_id"u8, MachineId.Of(server));
        json.WriteStartObject("period"u8);
        json.WriteNumber("start"u8, metrics.Start);
        json.WriteNumber("end"u8, metrics.End);
        json.WriteString("step"u8, step);
        json.WriteEndObject();
        json.WriteStartObject("cpu"u8);
        Write(json, "usage_percent"u8, metrics.CpuPercent);
        json.WriteEndObject();
        json.WriteStartObject("memory"u8);
        Write(json, "used_mb"u8, metrics.MemoryMb);
        json.WriteNumber("total_mb"u8, server.Spec.Size.MemoryMb);
        json.WriteEndObject();
        json.WriteStartObject("network"u8);
        Write(json, "rx_bytes_per_sec"u8, metrics.ReceivedBytesPerSecond);
        Write(json, "tx_bytes_per_sec"u8, metrics.SentBytesPerSecond);
        json.WriteEndObject();
        json.WriteStartObject("load"u8);
        Write(json, "average_1m"u8, metrics.LoadAverage);
        json.WriteEndObject();
        json.WriteStartObject("connections"u8);
        Write(json, "tcp"u8, metrics.TcpConnections);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<MetricValue> series)
    {
        json.WriteStartArray(name);
        foreach (var (time, value) in series)
        {
            json.WriteStartObject();
            json.WriteNumber("t"u8, time);
            json.WriteNumber("v"u8, Math.Round(value, Decimals));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static TimeSpan LengthOf(string word)
    {
        var number = int.Parse(word.AsSpan(0, word.Length - 1), System.Globalization.CultureInfo.InvariantCulture);
        return word[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromHours(number),
        };
    }
}
