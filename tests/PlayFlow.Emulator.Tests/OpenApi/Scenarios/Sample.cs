using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>A request for each operation that goes well.</summary>
/// <param name="Operation">Its method and path, as in the document.</param>
/// <param name="Status">What it answers with.</param>
/// <param name="Arrange">Brings about what the request needs, and makes it.</param>
internal sealed record Sample(string Operation, int Status, Func<Stage, Task<Call>> Arrange)
{
    /// <summary>The same request with something wrong in it; null when there is nothing that could be.</summary>
    public Func<Call, Call>? Spoil { get; init; }

    /// <summary>Its body, or null.</summary>
    public string? Body { get; init; }

    public string Method => Operation.Split(' ')[0];

    public string Path => Operation.Split(' ')[1];

    public bool HasId => Path.Contains('{', StringComparison.Ordinal);

    /// <summary>A request for something that does not exist.</summary>
    public Call Unknown => new(Method, string.Join('/', Path.Split('/').Select(static part => part.StartsWith('{') ? "unknown" : part)));

    public override string ToString() => Operation;
}

/// <summary>Every operation's.</summary>
internal static class Samples
{
    /// <summary>Every member a start may have.</summary>
    public const string FullStart =
        """{"name":"duel","region":"us-east","compute_size":"small","version_tag":"default","version":1,"startup_args":"-map arena","ttl":3600,"auto_restart":false,"custom_data":{"map":"arena"},"match_id":"match-17","environment_variables":{"MODE":"duel"},"port_configs":[{"name":"game","internal_port":7777,"protocol":"udp","tls_enabled":false,"id":"game"}]}""";

    private const string FullRestart =
        """{"name":"duel","startup_args":"-map arena","version_tag":"default","version":1,"ttl":3600,"auto_restart":true,"custom_data":{"round":2},"match_id":"match-18","environment_variables":{"MODE":"duel"},"port_configs":[{"name":"game","internal_port":7777,"protocol":"udp"}],"compute_size":"medium"}""";

    private const string FullSettings =
        """{"port_configs":[{"id":"game","name":"game","internal_port":7777,"protocol":"udp","tls_enabled":false}],"auth_config":{"provider":"none"},"environment_variables":{"MODE":"duel"},"pool_config":{"enabled":false,"regions":{"us-east":{"small":2}}},"lobby_configs":[{"id":"lobby","name":"duel"}]}""";

    private const string FullImage =
        """{"image_url":"registry.example/game:1","name":"default","executable_path":"/srv/game","registry_credentials":{"username":"ci","password":"not shown"}}""";

    public static IReadOnlyList<Sample> All { get; } =
    [
        new("GET /api/v3/servers", 200, async stage =>
        {
            await RunAsync(stage);
            return new Call("GET", "/api/v3/servers?limit=20");
        })
        {
            Spoil = static call => call with { Path = "/api/v3/servers?limit=101" },
        },
        new("POST /api/v3/servers/start", 201, async stage =>
        {
            await stage.Scene.UploadAsync();
            return new Call("POST", "/api/v3/servers/start", FullStart);
        })
        {
            Body = FullStart,
            Spoil = static call => call with { Body = """{"name":"","ttl":5}""" },
        },
        OfServer("GET", "", null, null),
        OfServer("DELETE", "?shutdown_reason=match%20over", null, static call => call with { Path = $"{call.Path}{new string('x', 256)}" }),
        OfServer("POST", "/update", """{"custom_data":{"round":2}}""", static call => call with { Body = """{"custom_data":null}""" }),
        OfServer("POST", "/restart", FullRestart, static call => call with { Body = """{"ttl":1}""" }),
        OfServer("GET", "/logs?limit=2", null, static call => call with { Path = call.Path + "&start_time=yesterday" }),
        OfServer("GET", "/metrics?period=5m&step=15s", null, static call => call with { Path = call.Path.Replace("5m", "5 minutes", StringComparison.Ordinal) }),
        new("GET /api/v3/builds", 200, async stage =>
        {
            await stage.Scene.UploadAsync();
            return new Call("GET", "/api/v3/builds?name=default");
        })
        {
            Spoil = static call => call with { Path = "/api/v3/builds?offset=-1" },
        },
        new("POST /api/v3/builds/upload-url", 201, static _ =>
            Task.FromResult(new Call("POST", "/api/v3/builds/upload-url?name=default&executable_path=bin/Server")))
        {
            Spoil = static call => call with { Path = "/api/v3/builds/upload-url?executable_path=../Server" },
        },
        new("POST /api/v3/builds/docker-image", 202, static _ => Task.FromResult(new Call("POST", "/api/v3/builds/docker-image", FullImage)))
        {
            Body = FullImage,
            Spoil = static call => call with { Body = """{"registry_credentials":{}}""" },
        },
        new("POST /api/v3/builds/{build_id}/process", 202, async stage => new Call("POST", $"/api/v3/builds/{await FailAsync(stage)}/process?name=default")),
        OfBuild("GET", "", null),
        OfBuild("DELETE", "", null),
        OfBuild("GET", "/logs?limit=1", static call => call with { Path = call.Path + "001" }),
        new("GET /api/v3/projects/settings", 200, static _ => Task.FromResult(new Call("GET", "/api/v3/projects/settings"))),
        new("POST /api/v3/projects/settings", 200, static _ => Task.FromResult(new Call("POST", "/api/v3/projects/settings", FullSettings)))
        {
            Body = FullSettings,
            Spoil = static call => call with { Body = """{"port_configs":[{"name":"game"}]}""" },
        },
        new("GET /api/v3/projects/logs", 200, async stage =>
        {
            await RunAsync(stage);
            return new Call("GET", "/api/v3/projects/logs?start_time=-1h&limit=2");
        })
        {
            Spoil = static call => call with { Path = "/api/v3/projects/logs" },
        },
    ];

    /// <summary>Runs a server long enough to have measurements.</summary>
    public static async Task<string> RunAsync(Stage stage)
    {
        await stage.Scene.UploadAsync();
        var id = await stage.Scene.RunServerAsync(FullStart);
        await stage.PassAsync(samples: 3);
        return id;
    }

    /// <summary>Uploads a build that fails.</summary>
    public static async Task<string> FailAsync(Stage stage)
    {
        var created = await stage.Scene.PostAsync("/api/v3/builds/upload-url?executable_path=missing");
        var id = created.Text("build_id");
        await stage.Scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        await EmulatorScene.UntilAsync(async () => (await stage.Scene.GetAsync($"/api/v3/builds/{id}")).Text("status") is "failed");
        return id;
    }

    private static Sample OfServer(string method, string rest, string? body, Func<Call, Call>? spoil) =>
        new($"{method} /api/v3/servers/{{instance_id}}{rest.Split('?')[0]}", 200, async stage =>
            new Call(method, $"/api/v3/servers/{await RunAsync(stage)}{rest}", body))
        {
            Body = body,
            Spoil = spoil,
        };

    private static Sample OfBuild(string method, string rest, Func<Call, Call>? spoil) =>
        new($"{method} /api/v3/builds/{{build_id}}{rest.Split('?')[0]}", 200, async stage =>
            new Call(method, $"/api/v3/builds/{await stage.Scene.UploadAsync()}{rest}"))
        {
            Spoil = spoil,
        };
}
