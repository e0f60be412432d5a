using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>What only starts and restarts are answered with.</summary>
internal static class ServerScenarios
{
    private const string Start = "POST /api/v3/servers/start";
    private const string Restart = "POST /api/v3/servers/{instance_id}/restart";
    private const string NoPorts = "No host has the ports left that the server needs.";

    private static readonly EmulatorOptions OnePort = new() { RateLimit = false, Ports = PortRange.Create(30_000, 30_000) };
    private static readonly int PortsStatus = ProblemMapping.StatusOf(ProblemCode.PortsExhausted);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. PlanLimit.Scenarios(Start, "The plan allows no more servers, or no such size.", StartTwoAsync),
        new(Start, 403, "client-key", "The client key may not start servers, where the emulator is told so.", static stage =>
            stage.Scene.PostAsync("/api/v3/servers/start", Samples.FullStart, EmulatorScene.ClientKey))
        {
            Options = new EmulatorOptions { RateLimit = false, Rules = new FleetRules { ClientKeyMayStart = false } },
        },
        new(Start, 404, "no-build", "There is no ready build of that name and version.", static stage =>
            stage.Scene.PostAsync("/api/v3/servers/start", Samples.FullStart)),
        new(Start, 422, "no-json", "The body is not JSON.", static stage => stage.Scene.PostAsync("/api/v3/servers/start", "{\"name\":")),
        new(Start, PortsStatus, "ports", NoPorts, StartTwoAsync) { Options = OnePort },
        new(Restart, 400, "stopped", "The server is stopped", static async stage =>
        {
            var id = await Samples.RunAsync(stage);
            await stage.Scene.DeleteAsync($"/api/v3/servers/{id}");
            return await stage.Scene.PostAsync($"/api/v3/servers/{id}/restart");
        }),
        new(Restart, 400, "pool-server", ", or is a warm one, claimed or not.", static async stage =>
            await stage.Scene.PostAsync($"/api/v3/servers/{await WarmAsync(stage)}/restart")),
        new(Restart, 404, "no-build", "There is no ready build of that name and version.", static async stage =>
            await stage.Scene.PostAsync($"/api/v3/servers/{await Samples.RunAsync(stage)}/restart", """{"version_tag":"none"}""")),
        new(Restart, PortsStatus, "ports", NoPorts, static async stage =>
            await stage.Scene.PostAsync($"/api/v3/servers/{await Samples.RunAsync(stage)}/restart")) { Options = OnePort },
    ];

    private static async Task<Answer> StartTwoAsync(Stage stage)
    {
        await stage.Scene.UploadAsync();
        await stage.Scene.StartServerAsync();
        return await stage.Scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart);
    }

    private static async Task<string> WarmAsync(Stage stage)
    {
        await stage.Scene.UploadAsync();
        await stage.Scene.PostAsync("/api/v3/projects/settings", """{"pool_config":{"enabled":true,"regions":{"us-east":{"small":1}}}}""");
        await stage.Scene.Host.Fleet.WhenSettledAsync();
        var list = await stage.Scene.GetAsync("/api/v3/servers?include_pool=true&include_launching=true");
        return list.Json.GetProperty("servers")[0].GetProperty("instance_id").GetString()!;
    }
}
