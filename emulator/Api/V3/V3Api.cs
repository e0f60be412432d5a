using PlayFlow.Core.Orchestration;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The whole of API version 3.</summary>
internal static class V3Api
{
    private const string Prefix = "/api/v3";

    /// <summary>Maps every route.</summary>
    public static void Map(
        IEndpointRouteBuilder routes,
        ApiGate gate,
        FleetOrchestrator fleet,
        ArtefactStore artefacts,
        UploadTickets tickets,
        TimeProvider time)
    {
        var guarded = new ApiRoutes(routes, gate, Prefix);
        new ServerEndpoints(fleet).Map(guarded);
        new ServerLogEndpoint(fleet, time).Map(guarded);
        new ServerMetricsEndpoint(fleet).Map(guarded);
        new BuildEndpoints(fleet, artefacts, tickets).Map(guarded);
        new BuildLogEndpoint(fleet).Map(guarded);
        new ProjectEndpoints(fleet).Map(guarded);
        new ProjectLogEndpoint(fleet, time).Map(guarded);
        new UploadEndpoint(fleet, artefacts, tickets).Map(routes);
        new HealthEndpoint(time).Map(routes);
    }
}
