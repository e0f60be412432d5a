using System.Text.Json.Nodes;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Api.V3;
using static PlayFlow.Emulator.Tests.OpenApi.Generation.Schema;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>What goes over the wire about servers.</summary>
internal static class ServerSchemas
{
    private const int MaxNameLength = 255;
    private const int MaxStartupArgsLength = 4096;
    private const int MaxVariableLength = 32_768;

    private static readonly FleetRules Rules = new();

    public static IEnumerable<(string Name, JsonObject Schema)> All =>
    [
        ("Server", Server),
        ("NetworkPort", Record(
            "A port players reach.",
            ("name", Text("The port's name.")),
            ("internal_port", Integer("The port the game was built for.", 1, 65535)),
            ("external_port", Integer("The port players connect to.", 1, 65535)),
            ("protocol", Protocol()),
            ("host", Text("The address players connect to.")),
            ("tls_enabled", Boolean("Whether players connect through TLS. Always false for UDP.")))),
        ("ServerList", Record(
            "A page of servers, newest first.",
            ("total", Integer("How many there are on all pages.", 0)),
            ("total_servers", Integer("The same, for readers of version 2.", 0)),
            ("servers", Items("The page.", Ref("Server"))),
            ("limit", Integer("The limit that was used.", 1, 100)),
            ("offset", Integer("The offset that was used.", 0)),
            ("has_more", Boolean("Whether others come after this page.")))),
        ("StartServer", Form(
            "A server to be started.",
            ["name", "region"],
            [("name", Text("What people call it.", 1, MaxNameLength)),
            ("region", Text("Where it is to run. Regions that are not known are refused.", 1).Examples(Region.All)),
            ("compute_size", Size(ComputeSize.Small.Name)),
            ("version_tag", Text("The name of the build to run; `default` when not given, and the newest ready build of any name when there is none of that.")),
            ("version", Integer("The version of that build; its highest ready one when not given.", int.MinValue, int.MaxValue)),
            .. Changeable("The project's ports are used when there are none.")])),
        ("RestartServer", Form(
            "What a restart changes. A member that is not given keeps its value.",
            [],
            [("name", Text("What people call it.", 1, MaxNameLength)),
            ("version_tag", Text("Changes the build: its highest ready version, unless one is given.")),
            ("version", Integer("The version of the build.", int.MinValue, int.MaxValue)),
            .. Changeable("Replace those the server has; none means the project's."),
            ("compute_size", Size())])),
        ("UpdateServer", Form(
            "What an update changes.",
            [],
            ("custom_data", Free("Replaces the whole of what was there.")))),
        ("PortConfig", Form(
            "A port a game opens. Names are unique in their list, and so is each pair of internal port and protocol.",
            ["name", "internal_port", "protocol"],
            ("name", Text("Names the port.", 1, MaxNameLength)),
            ("internal_port", Integer("The port the game was built for.", 1, 65535)),
            ("protocol", Protocol()),
            ("tls_enabled", Boolean("Whether players connect through TLS. Accepted for UDP, without effect.", false)),
            ("id", Text("The entry's id, in a project's settings; made up when not given.")))),
        ("ServerStopped", Record("A server was stopped.", ("status", Constant("Always the same.", "stopped")))),
        ("LogLine", Record(
            "A line of a server's log.",
            ("timestamp", Time("When it was written.")),
            ("message", Text("The line, without its end.")),
            ("level", Level()),
            ("instance", Text("The server's id.")),
            ("region", Text("The server's region.")))),
        ("ServerLogs", Record(
            "A page of a server's log, oldest line first.",
            ("logs", Items("The page.", Ref("LogLine"), 1000)),
            ("instance_id", Id("The server.")),
            ("machine_id", Matching("The machine it was launched on last: another one after a restart. Null when it never came to that.", "^[0-9a-f]{14}$").OrNull()),
            ("next_token", Text("Goes back as `start_time` for the next page; null when nothing is left.").OrNull()))),
        ("ServerMetrics", Metrics),
        ("MetricValue", Record(
            "What was measured in one step.",
            ("t", Integer("The step's time, in seconds since 1970.")),
            ("v", Number("The value.")))),
    ];

    private static JsonObject Server => Record(
        "A server.",
        ("instance_id", Id("Stays the same over restarts.")),
        ("name", Text("What people call it.")),
        ("status", Word("`running` once it has opened its ports.", Enum.GetValues<ServerStatus>().Select(ServerWords.Of))),
        ("network_ports", Items("Complete from the start on; empty once it is stopped.", Ref("NetworkPort"), PortList.MaxPorts)),
        ("startup_args", Text("The arguments its process was given.").OrNull()),
        ("service_type", Word("`persistent_world` for the `persistent-` sizes.", Enum.GetValues<ServiceType>().Select(ServerWords.Of))),
        ("compute_size", Size()),
        ("region", Text("Where it runs, as it was asked for.", 1)),
        ("version_tag", Text("The name of the build it runs.")),
        ("version", Integer("The version of that build.").OrNull()),
        ("started_at", Time("When it became running; null before.").OrNull()),
        ("stopped_at", Time("When it was stopped; null before.").OrNull()),
        ("auto_restart", Boolean("Whether its process is started again when it ends.")),
        ("custom_data", Free("What the caller keeps with it; null when there is nothing.").OrNull()),
        ("ttl", Integer("How many seconds it may live; null when nothing ends it.", Seconds(Rules.MinTtl), Seconds(Rules.MaxTtl)).OrNull()),
        ("is_pool_server", Boolean("Whether it was launched as a warm server, claimed or not.")),
        ("pool_claimed_at", Time("When a start claimed it from the pool.").OrNull()),
        ("match_id", Text("As given, or made up; null only for a warm server nobody has claimed.").OrNull()),
        ("created_at", Time("When it was asked for.")),
        ("updated_at", Time("When it last changed.")));

    private static JsonObject Metrics => Record(
        "What a server uses. A series that cannot be measured is empty.",
        ("instance_id", Id("The server.")),
        ("region", Text("Its region.")),
        ("machine_id", Matching("The machine it was launched on last.", "^[0-9a-f]{14}$").OrNull()),
        ("period", Record(
            "The time that is told of.",
            ("start", Integer("Its begin, in seconds since 1970.")),
            ("end", Integer("Its end: now.")),
            ("step", Word("The step, as it was asked for.", ServerMetricsEndpoint.Steps)))),
        ("cpu", Record("Processor.", ("usage_percent", Series("Percent of one core.")))),
        ("memory", Record(
            "Memory.",
            ("used_mb", Series("Mebibytes in use.")),
            ("total_mb", Integer("Mebibytes of the compute size.")))),
        ("network", Record(
            "Network.",
            ("rx_bytes_per_sec", Series("Bytes received in a second.")),
            ("tx_bytes_per_sec", Series("Bytes sent in a second.")))),
        ("load", Record("Load.", ("average_1m", Series("Average over a minute.")))),
        ("connections", Record("Connections.", ("tcp", Series("Open TCP connections.")))));

    /// <summary>The level of a log line.</summary>
    public static JsonObject Level() => Word("`error` for what was written to standard error.", ["info", "error"]);

    private static IEnumerable<(string Name, JsonNode Schema)> Changeable(string ports) =>
    [
        ("startup_args", Text("Arguments, split as a shell would; quotes have to be closed.", maximum: MaxStartupArgsLength)),
        ("ttl", Integer("How many seconds it may live, counted from now.", Seconds(Rules.MinTtl), Seconds(Rules.MaxTtl))),
        ("auto_restart", Boolean("Whether its process is started again when it ends.")),
        ("custom_data", Free("Whatever is to be kept with it.")),
        ("match_id", Text("The match it is for.", maximum: MaxNameLength)),
        ("environment_variables", Map("Environment variables. They are in no answer.", Text("A value.", maximum: MaxVariableLength))),
        ("port_configs", Items($"The ports it opens. {ports}", Ref("PortConfig"), PortList.MaxPorts)),
    ];

    private static JsonObject Size(string? byDefault = null) =>
        Word("The machine size.", ComputeSize.All.Select(size => size.Name), byDefault);

    private static JsonObject Protocol() => Word("The protocol.", ["udp", "tcp"]);

    private static JsonObject Series(string description) => Items($"{description} Oldest first.", Ref("MetricValue"));

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;
}
