using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

/// <summary>Bodies and queries that nobody thought of.</summary>
internal sealed class FuzzTests
{
    private static readonly string[] Names =
    [
        "name", "region", "compute_size", "version_tag", "version", "startup_args", "ttl", "auto_restart", "custom_data", "match_id",
        "environment_variables", "port_configs", "internal_port", "protocol", "tls_enabled", "id", "image_url", "executable_path",
        "registry_credentials", "auth_config", "provider", "pool_config", "enabled", "regions", "lobby_configs", "us-east", "small", "username", "password", "", "x", "\\u0041", "__proto__",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "60", "60.0", "6e1", "1.5", "1e999", "-0", "123456789012345678901234567890", "\"\"", "\"a\"",
        "\"us-east\"", "\"small\"", "\"udp\"", "\"tcp\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\n\"", "\"é\"", "NaN", "'a'", "",
    ];

    private static readonly string[] Parameters =
        ["name", "executable_path", "limit", "offset", "include_launching", "include_pool", "start_time", "end_time", "next_token", "shutdown_reason", "token"];

    private static readonly string[] Values =
        ["", "0", "1", "-1", "50", "1e2", "true", "TRUE", "-1h", "2026-03-15T10:30:00Z", "%00", "%ff", "%", "..", "/", "a%2fb", "😀", "NaN", "Infinity", "0x10", "99999999999999999999"];

    private static Gen<string> Json { get; } = Gen.Sized(Value);

    private static Gen<string> Query { get; } =
        from pairs in Gen.Zip(Gen.Elements(Parameters), Gen.Elements(Values)).ListOf(3)
        select string.Join("&", pairs.Select(pair => $"{pair.Item1}={pair.Item2}"));

    [Test]
    public async Task No_body_leads_to_a_fault_and_a_refused_one_changes_nothing()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var server = await scene.RunServerAsync();
        string[] paths =
        [
            "/api/v3/servers/start", $"/api/v3/servers/{server}/update", $"/api/v3/servers/{server}/restart", "/api/v3/servers/none/restart",
            "/api/v3/builds/docker-image",
            "/v2/servers/start", $"/v2/servers/{server}/update", $"/v2/servers/{server}/restart", "/v2/servers/none/restart", "/api/v3/projects/settings",
        ];
        Holds(Gen.Zip(Gen.Elements(paths), Json), request => AnswersProperly(scene, HttpMethod.Post, request.Item1, request.Item2));
    }

    [Test]
    public async Task No_query_leads_to_a_fault_and_a_refused_one_changes_nothing()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var build = await scene.UploadAsync();
        var server = await scene.RunServerAsync();
        (HttpMethod Method, string Path)[] operations =
        [
            (HttpMethod.Get, "/api/v3/servers"), (HttpMethod.Get, $"/api/v3/servers/{server}/logs"), (HttpMethod.Delete, "/api/v3/servers/none"),
            (HttpMethod.Get, "/api/v3/builds"), (HttpMethod.Get, $"/api/v3/builds/{build}/logs"), (HttpMethod.Post, "/api/v3/builds/upload-url"),
            (HttpMethod.Post, $"/api/v3/builds/{build}/process"), (HttpMethod.Put, $"/upload/{build}"),
            (HttpMethod.Get, "/api/v3/projects/logs"), (HttpMethod.Get, "/v2/servers"), (HttpMethod.Get, "/v2/builds/builds"),
            (HttpMethod.Post, "/v2/builds/builds/upload-url"), (HttpMethod.Post, "/v2/builds/builds/upload"),
        ];
        Holds(
            Gen.Zip(Gen.Elements(operations), Query),
            request => AnswersProperly(scene, request.Item1.Method, $"{request.Item1.Path}?{request.Item2}", null));
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await using var scene = await EmulatorScene.StartAsync();
        Holds(ArbMap.Default.GeneratorFor<byte[]>(), bytes =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v3/servers/start") { Content = new ByteArrayContent(bytes) };
            return scene.SendAsync(request).GetAwaiter().GetResult().Status is 422;
        });
    }

    private static void Holds<T>(Gen<T> generator, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(generator), property));

    private static bool AnswersProperly(EmulatorScene scene, HttpMethod method, string path, string? body)
    {
        var before = Fingerprint(scene);
        var answer = scene.SendAsync(method, path, body).GetAwaiter().GetResult();
        return answer.Status < 400 || (answer.Status < 500 && IsEnvelope(answer) && Fingerprint(scene) == before);
    }

    private static bool IsEnvelope(Answer answer)
    {
        var json = answer.Json;
        return json.GetProperty("error").GetString() is { Length: > 0 }
            && json.GetProperty("status").GetInt32() == answer.Status
            && (answer.Status is 422
                ? json.GetProperty("detail").EnumerateArray().All(IsIssue) && json.GetProperty("detail").GetArrayLength() > 0
                : json.GetProperty("detail").GetString() is { Length: > 0 });
    }

    private static bool IsIssue(JsonElement issue) =>
        issue.GetProperty("loc").ValueKind is JsonValueKind.Array
        && issue.GetProperty("msg").GetString() is { Length: > 0 }
        && issue.GetProperty("type").GetString() is { Length: > 0 };

    private static string Fingerprint(EmulatorScene scene)
    {
        var servers = scene.GetAsync("/api/v3/servers?include_launching=true&limit=100").GetAwaiter().GetResult().Body;
        return servers + scene.GetAsync("/api/v3/builds?limit=100").GetAwaiter().GetResult().Body;
    }

    private static Gen<string> Value(int size) => size <= 1
        ? Gen.Elements(Scalars)
        : Gen.Frequency(
            (4, Gen.Elements(Scalars)),
            (3, Object(size / 2)),
            (2, Value(size / 2).ListOf(2).Select(items => $"[{string.Join(",", items)}]")),
            (1, Truncated(size)));

    private static Gen<string> Truncated(int size) =>
        from whole in Object(size / 2)
        from length in Gen.Choose(0, whole.Length)
        select whole[..length];

    private static Gen<string> Object(int size) =>
        from count in Gen.Choose(0, 6)
        from members in Gen.Zip(Gen.Elements(Names), Value(size)).ListOf(count)
        select "{" + string.Join(",", members.Select(member => $"\"{member.Item1}\":{member.Item2}")) + "}";
}
