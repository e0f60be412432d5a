using System.Text.Json.Serialization;

namespace ApiClient;

/// <summary>What goes over the wire, as far as this client reads and writes it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadTicket))]
[JsonSerializable(typeof(BuildInfo))]
[JsonSerializable(typeof(StartServer))]
[JsonSerializable(typeof(ServerInfo))]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(Stopped))]
internal sealed partial class Wire : JsonSerializerContext;

/// <summary>Where to upload a build.</summary>
internal sealed record UploadTicket(string BuildId, Uri UploadUrl);

/// <summary>A build.</summary>
internal sealed record BuildInfo(string BuildId, string Name, int Version, string Status);

/// <summary>A start; what is null is left to the service.</summary>
internal sealed record StartServer(string Name, string Region)
{
    /// <summary>The lifetime in seconds, 60 to 86400.</summary>
    public int? Ttl { get; init; }
}

/// <summary>A server.</summary>
internal sealed record ServerInfo(string InstanceId, string Name, string Status, IReadOnlyList<ServerPort> NetworkPorts);

/// <summary>A port players connect to.</summary>
internal sealed record ServerPort(string Name, string Host, int ExternalPort, string Protocol);

/// <summary>Some lines of a log.</summary>
internal sealed record LogPage(IReadOnlyList<LogLine> Logs);

/// <summary>A line of a log.</summary>
internal sealed record LogLine(DateTimeOffset Timestamp, string Message);

/// <summary>The answer to a stop.</summary>
internal sealed record Stopped(string Status);
