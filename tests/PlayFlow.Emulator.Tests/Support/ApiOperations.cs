namespace PlayFlow.Emulator.Tests.Support;

/// <summary>An operation of the API, as the contract lists it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">A path that names nothing that exists.</param>
/// <param name="ClientMay">Whether the client key may use it.</param>
/// <param name="Status">What it answers when nothing exists and no body is sent.</param>
internal sealed record Operation(string Method, string Path, bool ClientMay, int Status)
{
    public bool IsWrite => Method is not "GET";

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Every operation there is.</summary>
internal static class ApiOperations
{
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("GET", "/api/v3/servers", true, 200),
        new("POST", "/api/v3/servers/start", true, 422),
        new("GET", "/api/v3/servers/unknown", true, 404),
        new("DELETE", "/api/v3/servers/unknown", false, 404),
        new("POST", "/api/v3/servers/unknown/update", false, 404),
        new("POST", "/api/v3/servers/unknown/restart", false, 404),
        new("GET", "/api/v3/servers/unknown/logs", false, 404),
        new("GET", "/api/v3/servers/unknown/metrics", false, 404),
        new("GET", "/api/v3/builds", false, 200),
        new("POST", "/api/v3/builds/upload-url", false, 201),
        new("POST", "/api/v3/builds/docker-image", false, 422),
        new("POST", "/api/v3/builds/unknown/process", false, 404),
        new("GET", "/api/v3/builds/unknown", false, 404),
        new("DELETE", "/api/v3/builds/unknown", false, 404),
        new("GET", "/api/v3/builds/unknown/logs", false, 404),
        new("GET", "/api/v3/projects/settings", false, 200),
        new("POST", "/api/v3/projects/settings", false, 200),
        new("GET", "/api/v3/projects/logs", false, 422),
        new("GET", "/v2/servers", true, 200),
        new("POST", "/v2/servers/start", true, 422),
        new("GET", "/v2/servers/unknown", true, 404),
        new("DELETE", "/v2/servers/unknown", false, 404),
        new("PUT", "/v2/servers/unknown/update", false, 422),
        new("POST", "/v2/servers/unknown/update", false, 404),
        new("POST", "/v2/servers/unknown/restart", false, 404),
        new("GET", "/v2/builds/builds", false, 200),
        new("POST", "/v2/builds/builds/upload-url", false, 200),
        new("POST", "/v2/builds/builds/upload", false, 422),
        new("GET", "/v2/builds/builds/unknown", false, 200),
        new("DELETE", "/v2/builds/builds/unknown", false, 404),
        new("GET", "/v2/project", false, 200),
    ];
}
