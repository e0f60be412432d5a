using System.Text.Json.Serialization;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>What is kept on disk about a launch so that a later run can take it up. Holds no secret.</summary>
internal sealed record LaunchRecord
{
    /// <summary>The server.</summary>
    public required string Instance { get; init; }

    /// <summary>The server's launch.</summary>
    public required int Launch { get; init; }

    /// <summary>The ports granted.</summary>
    public required RecordedPort[] Ports { get; init; }

    /// <summary>The full path of <c>playflow.json</c>.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>The build it runs: what one launch of a build does with its ports, the next will do too.</summary>
    public required string Build { get; init; }

    /// <summary>The boot it was started in, where the system tells.</summary>
    public string? BootId { get; init; }

    /// <summary>The folder of its control group, if any.</summary>
    public string? Group { get; init; }

    /// <summary>The tree its control group is in.</summary>
    public ControlGroupVersion? GroupVersion { get; init; }

    /// <summary>The launch.</summary>
    [JsonIgnore]
    public ComputeId Id => new(new InstanceId(Instance), Launch);
}

/// <summary>A port of a launch.</summary>
/// <param name="Name">What the game calls it.</param>
/// <param name="InternalPort">The number the build is configured for.</param>
/// <param name="ExternalPort">The number players connect to.</param>
/// <param name="Protocol">Its transport.</param>
/// <param name="IsTold">Whether the user named it by a token, so that the game is known to be told the number.</param>
/// <param name="PlainPort">The number the game is to bind in plain, when players reach the external one with TLS.</param>
internal sealed record RecordedPort(
    string Name, int InternalPort, int ExternalPort, PortProtocol Protocol, bool IsTold, int? PlainPort = null)
{
    /// <summary>The number the game is given to bind.</summary>
    [JsonIgnore]
    public int GivenPort => PlainPort ?? ExternalPort;
}

/// <summary>How a launch ended, as kept until it is forgotten.</summary>
internal sealed record EndRecord(int? ExitCode, int? Signal, string? Failure, string? Message)
{
    public static EndRecord From(ComputeExit exit) => new(exit.ExitCode, exit.Signal, exit.Failure?.Word, exit.Message);

    public ComputeExit ToExit() => new(ExitCode, Signal, Failure is null ? null : new StopReason(Failure), Message);
}

/// <summary>The process a portable launch started, as kept to find it again.</summary>
internal sealed record ProcessRecord(int Pid, long StartedUtcTicks);

/// <summary>The JSON of the records, made at compile time.</summary>
[JsonSerializable(typeof(LaunchRecord))]
[JsonSerializable(typeof(EndRecord))]
[JsonSerializable(typeof(ProcessRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
