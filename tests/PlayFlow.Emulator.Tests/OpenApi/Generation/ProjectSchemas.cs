using System.Text.Json.Nodes;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using static PlayFlow.Emulator.Tests.OpenApi.Generation.Schema;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>What goes over the wire about projects, health, and errors.</summary>
internal static class ProjectSchemas
{
    private const int MaxVariables = 64;
    private const int MaxVariableLength = 8192;
    private const int MaxWarmServers = 10;
    private const int MaxLobbyConfigs = 20;

    public static IEnumerable<(string Name, JsonObject Schema)> All =>
    [
        ("ProjectSettings", Record(
            "A project's settings.",
            [.. Members(Ref("ProjectPort")), ("updated_at", Time("When they last changed."))])),
        ("ProjectSettingsChange", Form(
            "What is to change. A member that is given replaces the whole of what was there, the others stay.",
            [],
            [.. Members(Ref("PortConfig"))])),
        ("ProjectPort", Record(
            "A port servers open unless they are started with ports of their own.",
            ("id", Text("The entry's id.")),
            ("name", Text("Names the port.", 1)),
            ("internal_port", Integer("The port the game was built for.", 1, 65535)),
            ("protocol", Word("The protocol.", ["udp", "tcp"])),
            ("tls_enabled", Boolean("Whether players connect through TLS.")))),
        ("AuthConfig", Form(
            "How players are authenticated. What a provider needs beside its name is kept as it is.",
            ["provider"],
            ("provider", Word("The way.", SettingsRequest.AuthProviders))).Open()),
        ("PoolConfig", Form(
            "The warm servers a project holds.",
            ["enabled"],
            ("enabled", Boolean("Whether it holds any.")),
            ("regions", Map(
                "How many of each size, by region; no more than 50 in all.",
                Map(
                    "How many of each size.",
                    Integer("How many.", 0, MaxWarmServers),
                    new JsonObject { ["enum"] = List(ComputeSize.All.Select(size => size.Name)) }),
                new JsonObject { ["enum"] = List(Region.All) })))),
        ("LobbyConfig", Form(
            "A lobby's configuration: kept and given back, acted on by nobody here.",
            [],
            ("id", Text("Its id.")),
            ("name", Text("Its name."))).Open()),
        ("ProjectLogs", Record(
            "A page of what all servers of a project said, oldest line first.",
            ("logs", Items("The page.", Record(
                "A line.",
                ("timestamp", Time("When it was written.")),
                ("message", Text("The line, without its end.")),
                ("level", ServerSchemas.Level()),
                ("instance", Text("The server's id.")),
                ("region", Text("The server's region.").OrNull()),
                ("server_name", Text("The server's name.").OrNull())), 1000)),
            ("next_token", Text("Goes back as `start_time` for the next page; null when nothing is left.").OrNull()))),
        ("Health", Record(
            "That it is there.",
            ("status", Constant("Always the same.", "ok")),
            ("version", Constant("The version of the API.", "3.0.0")),
            ("timestamp", Time("Now.")))),
        ("Error", Record(
            "Why a request was refused.",
            ("error", Text("What went wrong.", 1)),
            ("detail", Text("More about it, or the same again.", 1)),
            ("status", Integer("The status of the answer.", 400, 599)))),
        ("ValidationError", Record(
            "Everything that is wrong with what was sent, in the order of the schema.",
            ("error", Constant("Always the same.", "Validation error")),
            ("detail", Issues),
            ("status", Integer("The status of the answer.", 422, 422)))),
    ];

    private static JsonObject Issues
    {
        get
        {
            var issues = Items("The issues.", Record(
                "One issue.",
                ("loc", Items(
                    "Where: names of members, and places in lists from 0 on. Empty for the body as a whole.",
                    new JsonObject { ["type"] = new JsonArray("string", "integer") })),
                ("msg", Text("What is wrong, in words.", 1)),
                ("type", Word(
                    "What is wrong, in a word.",
                    ["invalid_type", "too_small", "too_big", "invalid_enum_value", "invalid_string", "custom"]))));
            issues["minItems"] = 1;
            return issues;
        }
    }

    private static IEnumerable<(string Name, JsonNode Schema)> Members(JsonNode port) =>
    [
        ("port_configs", Items("The ports of servers that are started without ports of their own.", port, PortList.MaxPorts)),
        ("auth_config", Ref("AuthConfig")),
        ("environment_variables", Map(
            "Environment variables of every server.",
            Text("A value.", maximum: MaxVariableLength),
            Matching("A name.", "^[A-Za-z_][A-Za-z0-9_]{0,127}$"),
            MaxVariables)),
        ("pool_config", Ref("PoolConfig").OrNull()),
        ("lobby_configs", Items("The lobbies' configurations.", Ref("LobbyConfig"), MaxLobbyConfigs)),
    ];
}
