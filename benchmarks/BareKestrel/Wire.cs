using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BareKestrel;

/// <summary>The emulator's bodies as records, so that the same bytes are answered.</summary>
internal static partial class Wire
{
    public static void Configure(JsonSerializerOptions options)
    {
        options.TypeInfoResolverChain.Insert(0, new Json());
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    internal sealed record Port(string Name, int InternalPort, int ExternalPort, string Protocol, string Host, bool TlsEnabled);

    internal sealed record Server(
        string InstanceId,
        string Name,
        string Status,
        Port[] NetworkPorts,
        string? StartupArgs,
        string ServiceType,
        string ComputeSize,
        string Region,
        string VersionTag,
        int Version,
        string? StartedAt,
        string? StoppedAt,
        bool AutoRestart,
        JsonElement? CustomData,
        long? Ttl,
        bool IsPoolServer,
        string? PoolClaimedAt,
        string MatchId,
        string CreatedAt,
        string UpdatedAt);

    internal sealed record ServerPage(int Total, int TotalServers, Server[] Servers, int Limit, int Offset, bool HasMore);

    internal sealed record StartBody(string Name, string Region, string? ComputeSize, long? Ttl, JsonElement? CustomData, string? MatchId);

    [JsonSerializable(typeof(Server))]
    [JsonSerializable(typeof(ServerPage))]
    [JsonSerializable(typeof(StartBody))]
    private sealed partial class Json : JsonSerializerContext;
}
