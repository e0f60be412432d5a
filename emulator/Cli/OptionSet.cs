using System.CommandLine;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>The options there are, with what <c>--help</c> says of them. Each is also an environment variable.</summary>
internal sealed class OptionSet
{
    /// <summary>The option <c>--host</c>.</summary>
    public Option<string?> Host { get; } = Text(
        "--host", "ADDRESS", "Address to listen on: an IP address, 'localhost', or '*' for all.", "127.0.0.1");

    /// <summary>The option <c>--port</c>.</summary>
    public Option<string?> Port { get; } = Text("--port", "NUMBER", "Port to listen on; 0 takes any free one.", "8787");

    /// <summary>The option <c>--public-host</c>.</summary>
    public Option<string?> PublicHost { get; } = Text(
        "--public-host", "NAME", "Name or address that players are told to connect to.", "127.0.0.1");

    /// <summary>The option <c>--provider</c>.</summary>
    public Option<string?> Provider { get; } = Text(
        "--provider", "process|docker|fake",
        "Where game servers run: as processes of this machine, as containers of a Docker engine, or made up for tests of clients.", "process");

    /// <summary>The option <c>--docker-base-image</c>.</summary>
    public Option<string?> DockerBaseImage { get; } = Text(
        "--docker-base-image", "IMAGE", "Image that uploaded archives are laid upon, with the shell and the libraries they need.", "debian:bookworm-slim");

    /// <summary>The option <c>--docker-host</c>.</summary>
    public Option<string?> DockerHost { get; } = Text(
        "--docker-host", "URI", "Where the Docker engine listens: unix:///path, npipe://./pipe/name or tcp://host:port. By default what DOCKER_HOST or the current Docker context says.", null);

    /// <summary>The option <c>--data</c>.</summary>
    public Option<string?> Data { get; } = Text("--data", "DIR", "Directory where everything is kept.", ".playflow");

    /// <summary>The option <c>--in-memory</c>.</summary>
    public Option<bool> InMemory { get; } = Flag("--in-memory", "Keep nothing: forget everything at the end, --data is not used.");

    /// <summary>The option <c>--plan</c>.</summary>
    public Option<string?> Plan { get; } = Text(
        "--plan", "free|pro", "Plan to emulate: free allows one small server for an hour, pro has no limits.", "pro");

    /// <summary>The option <c>--server-key</c>.</summary>
    public Option<string?> ServerKey { get; } = Text("--server-key", "KEY", "API key with full access; begins with pf_.", EmulatorOptions.DefaultServerKey);

    /// <summary>The option <c>--client-key</c>.</summary>
    public Option<string?> ClientKey { get; } = Text(
        "--client-key", "KEY", "API key for game clients: list, get and start servers; begins with pfclient_.", EmulatorOptions.DefaultClientKey);

    /// <summary>The option <c>--projects</c>.</summary>
    public Option<string?> Projects { get; } = Text(
        "--projects", "FILE", "File of more projects: a JSON list of objects with id, server_key, client_key and, if need be, name and plan.", null);

    /// <summary>The option <c>--control</c>.</summary>
    public Option<bool> Control { get; } = Flag(
        "--control", "Answer /__emulator/ too, from this machine and with the server key: inspect servers, follow logs, make projects and keys.");

    /// <summary>The option <c>--port-range</c>.</summary>
    public Option<string?> PortRange { get; } = Text("--port-range", "FIRST-LAST", "Ports that game servers are given.", "30000-39999");

    /// <summary>The option <c>--stop-grace</c>.</summary>
    public Option<string?> StopGrace { get; } = Text(
        "--stop-grace", "SECONDS", "How long a game server may take to end before it is killed.", "10");

    /// <summary>The option <c>--ready-file</c>.</summary>
    public Option<string?> ReadyFile { get; } = Text(
        "--ready-file", "PATH", "File to write once requests are answered: JSON with url, server_key, client_key and pid. Removed at the end.", null);

    /// <summary>The option <c>--log-level</c>.</summary>
    public Option<string?> LogLevel { get; } = Text(
        "--log-level", "LEVEL", "How much to log: trace, debug, information, warning, error, critical or none.", "information");

    /// <summary>The option <c>--allow-default-keys</c>.</summary>
    public Option<bool> AllowDefaultKeys { get; } = Flag(
        "--allow-default-keys", "Listen beyond this machine even with the well-known default keys: anybody who reaches it may run programs on it.");

    /// <summary>The option <c>--no-rate-limit</c>.</summary>
    public Option<bool> NoRateLimit { get; } = Flag(
        "--no-rate-limit", "Do not limit calls to 100 reads and 10 writes a second and key; answers then report full allowances.");

    /// <summary>The option <c>--rate-limit-scale</c>.</summary>
    public Option<string?> RateLimitScale { get; } = Text(
        "--rate-limit-scale", "FACTOR", "How many times the service's 100 reads and 10 writes a second a key may make: 0.1 to 1000.", "1");

    /// <summary>The option <c>--launch-timeout</c>.</summary>
    public Option<string?> LaunchTimeout { get; } = Text(
        "--launch-timeout", "SECONDS", "How long a game server may take to open its ports before it is stopped; without it, as long as it likes.", null);

    /// <summary>The option <c>--processing-delay</c>.</summary>
    public Option<string?> ProcessingDelay { get; } = Text(
        "--processing-delay", "SECONDS", "How long a build waits in processing before it is worked on, as the service's do for minutes.", "0");

    /// <summary>The option <c>--any-region</c>.</summary>
    public Option<bool> AnyRegion { get; } = Flag("--any-region", "Accept any region id, not only those the service lists.");

    /// <summary>The option <c>--no-client-start</c>.</summary>
    public Option<bool> NoClientStart { get; } = Flag("--no-client-start", "Do not let the client key start servers: it then only lists and gets them.");

    /// <summary>The option <c>--no-restart-after-clean-exit</c>.</summary>
    public Option<bool> NoRestartAfterCleanExit { get; } = Flag(
        "--no-restart-after-clean-exit", "Do not restart a server with auto_restart whose process ended with code 0.");

    /// <summary>The option <c>--lenient-nulls</c>.</summary>
    public Option<bool> LenientNulls { get; } = Flag(
        "--lenient-nulls", "Take null for a field that may be left out as left out, rather than refuse it.");

    /// <summary>The option <c>--plan-limit-status</c>.</summary>
    public Option<string?> PlanLimitStatus { get; } = Text(
        "--plan-limit-status", "403|402|409", "Status of a refusal for the plan's sake; the service documents none.", "403");

    /// <summary>Every option.</summary>
    public IReadOnlyList<Option> All =>
    [
        Host, Port, PublicHost, Provider, DockerBaseImage, DockerHost, Data, InMemory, Plan, ServerKey, ClientKey, Projects, Control, PortRange,
        StopGrace, ReadyFile, LogLevel, AllowDefaultKeys, NoRateLimit, RateLimitScale, LaunchTimeout, ProcessingDelay, AnyRegion, NoClientStart,
        NoRestartAfterCleanExit, LenientNulls, PlanLimitStatus,
    ];

    /// <summary>The environment variable that stands in for an option.</summary>
    public static string VariableOf(Option option) => "PLAYFLOW_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    private static Option<string?> Text(string name, string value, string description, string? byDefault)
    {
        var option = new Option<string?>(name) { HelpName = value };
        option.Description = $"{description}{(byDefault is null ? string.Empty : $" Default: {byDefault}.")} [{VariableOf(option)}]";
        return option;
    }

    private static Option<bool> Flag(string name, string description)
    {
        var option = new Option<bool>(name);
        option.Description = $"{description} [{VariableOf(option)}]";
        return option;
    }
}
