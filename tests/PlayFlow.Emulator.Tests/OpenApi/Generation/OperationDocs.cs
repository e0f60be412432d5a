using System.Text.Json.Nodes;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Api.V3;
using static PlayFlow.Emulator.Tests.OpenApi.Generation.Schema;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>Every operation, in the order of the document.</summary>
internal static class OperationDocs
{
    private const string AnyTime = "ISO 8601, or counted back from now like `-30s`, `-15m`, `-2h`, `-1d`.";
    private const string AnyCase = "`1` and `0` are understood, too.";

    public static IReadOnlyList<OperationDoc> All { get; } =
    [
        new("GET /api/v3/servers", "listServers", "Servers", "List servers",
            "Running servers, newest first. Stopped ones are in no list; they can still be read by their id.", "ServerList")
        {
            Queries =
            [
                ("include_launching", Boolean($"Whether those that are launching are listed, too. {AnyCase}", false)),
                ("include_pool", Boolean($"Whether warm servers nobody has claimed are listed, too. {AnyCase}", false)),
                .. Paging(50, 100),
            ],
        },
        new("POST /api/v3/servers/start", "startServer", "Servers", "Start a new server",
            "Answers at once with a server that is launching; its ports are final. Two equal calls start two servers.", "Server")
        {
            Body = "StartServer",
            NeedsBody = true,
        },
        new("GET /api/v3/servers/{instance_id}", "getServer", "Servers", "Get server details",
            "Servers can be read in every status, stopped ones included.", "Server"),
        new("DELETE /api/v3/servers/{instance_id}", "stopServer", "Servers", "Stop a server",
            "The server is stopped at once, and its process ended behind that. Stopping a stopped server changes nothing.", "ServerStopped")
        {
            Queries = [("shutdown_reason", Text("Why, for its log.", maximum: 255))],
        },
        new("POST /api/v3/servers/{instance_id}/update", "updateServer", "Servers", "Update server custom_data",
            "Game servers call this on themselves.", "Server")
        {
            Body = "UpdateServer",
        },
        new("POST /api/v3/servers/{instance_id}/restart", "restartServer", "Servers", "Restart a server",
            "Ends the process and launches a new one. The id stays, the ports are new, and the lifetime begins again.", "Server")
        {
            Body = "RestartServer",
        },
        new("GET /api/v3/servers/{instance_id}/logs", "getServerLogs", "Servers", "Get server runtime logs",
            "What the process wrote, and what became of it.", "ServerLogs")
        {
            Queries =
            [
                ("start_time", Text($"Lines after it: {AnyTime} Also the `next_token` of the page before. From the beginning when not given.")),
                ("limit", Limit(200, 1000)),
            ],
        },
        new("GET /api/v3/servers/{instance_id}/metrics", "getServerMetrics", "Servers", "Get server metrics",
            "Measured every 15 seconds, and averaged to the step that is asked for.", "ServerMetrics")
        {
            Queries =
            [
                ("period", Word("How far back.", ServerMetricsEndpoint.Periods, "1h")),
                ("step", Word("How fine.", ServerMetricsEndpoint.Steps, "60s")),
            ],
        },
        new("GET /api/v3/builds", "listBuilds", "Builds", "List builds",
            "Builds of every status but deleted ones, newest first.", "BuildList")
        {
            Queries = [("name", Text("Builds of this name only.")), .. Paging(50, 100)],
        },
        new("POST /api/v3/builds/upload-url", "createUploadUrl", "Builds", "Get presigned upload URL",
            "Makes a build and tells where to upload its ZIP. There is no body.", "UploadUrl")
        {
            Queries =
            [
                ("name", Text("The build's name.", 1, Build.MaxNameLength, Build.DefaultName)),
                ("executable_path", Text("The file in the ZIP that is run: relative, and inside.", 1, 1024, Build.DefaultExecutablePath)),
            ],
        },
        new("PUT /upload/{build_id}", "uploadBuild", "Builds", "Upload a build",
            "The target of an upload URL; its token stands in for the key. Processing begins as soon as the ZIP has arrived.", null)
        {
            Queries = [("token", Text("As in the upload URL."))],
            Required = ["token"],
            TakesFile = true,
            NeedsBody = true,
        },
        new("POST /api/v3/builds/docker-image", "createDockerImageBuild", "Builds", "Create build from Docker image",
            "Makes a build that is processed at once.", "BuildAccepted")
        {
            Body = "DockerImage",
            NeedsBody = true,
        },
        new("POST /api/v3/builds/{build_id}/process", "processBuild", "Builds", "Trigger build processing",
            "An upload is processed without it. It may be called all the same, and makes a failed build be processed again.", "BuildAccepted")
        {
            Queries = [("name", Text("The build's name; another one than it has is not found."))],
        },
        new("GET /api/v3/builds/{build_id}", "getBuild", "Builds", "Get build details",
            "Deleted builds can still be read.", "Build"),
        new("DELETE /api/v3/builds/{build_id}", "deleteBuild", "Builds", "Delete a build",
            "Nothing more starts from it; servers that run it go on. Deleting a deleted build changes nothing.", "BuildDeleted"),
        new("GET /api/v3/builds/{build_id}/logs", "getBuildLogs", "Builds", "Get build logs",
            "How processing went.", "BuildLogs")
        {
            Queries = [.. Paging(100, 500)],
        },
        new("GET /api/v3/projects/settings", "getProjectSettings", "Projects", "Get project settings",
            "All of them.", "ProjectSettings"),
        new("POST /api/v3/projects/settings", "updateProjectSettings", "Projects", "Update project settings",
            "Servers that run are not touched; later starts and restarts are.", "ProjectSettings")
        {
            Body = "ProjectSettingsChange",
        },
        new("GET /api/v3/projects/logs", "getProjectLogs", "Projects", "Get project-wide server logs",
            "What all servers of the project said, as one log.", "ProjectLogs")
        {
            Queries =
            [
                ("start_time", Text($"Lines after it: {AnyTime} Also the `next_token` of the page before.")),
                ("end_time", Text("Lines up to it, written the same way; up to now when not given.")),
                ("limit", Limit(500, 1000)),
                ("next_token", Text("The `next_token` of the page before, which then comes before `start_time`.")),
            ],
            Required = ["start_time"],
        },
        new("GET /api/health", "getHealth", "Health", "Health check",
            "Needs no key and costs nothing. `/health` is the same.", "Health"),
    ];

    private static (string Name, JsonObject Schema)[] Paging(int byDefault, int maximum) =>
        [("limit", Limit(byDefault, maximum)), ("offset", Integer("How many come before the page.", 0, int.MaxValue, 0))];

    private static JsonObject Limit(int byDefault, int maximum) => Integer("The most a page holds.", 1, maximum, byDefault);
}
