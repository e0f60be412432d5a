using PlayFlow.Core.Builds;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;

namespace PlayFlow.Benchmarks;

/// <summary>Builds of fleets in this process.</summary>
internal static class ReadyBuilds
{
    /// <summary>Adds the default build, and waits until it is processed and all that follows has settled.</summary>
    public static async Task AddBuildAsync(this FleetOrchestrator fleet, ProjectId project)
    {
        var build = (await fleet.CreateBuildAsync(project, Build.DefaultName, BuildType.Zip, Build.DefaultExecutablePath)).Value;
        await fleet.ProcessBuildAsync(build.Id);
        await fleet.WhenSettledAsync();
    }
}
