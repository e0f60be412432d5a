namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>What only projects and health are answered with.</summary>
internal static class ProjectScenarios
{
    private const string Health = "GET /api/health";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. PlanLimit.Scenarios(
            "POST /api/v3/projects/settings", "The plan has no warm servers.", static stage =>
                stage.Scene.PostAsync("/api/v3/projects/settings", """{"pool_config":{"enabled":true,"regions":{}}}""")),
        new(Health, 200, "done", "Done.", static stage => stage.Scene.GetAsync("/api/health", key: null)),
        AllScenarios.Fault(Health, new Call("GET", "/api/health", Key: null)),
    ];
}
