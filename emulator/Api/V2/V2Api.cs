using PlayFlow.Core.Orchestration;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>
/// The whole of API version 2, which older clients speak: over the same fleet, with the words of its time. Its paths come with
/// and without <c>/api</c>.
/// </summary>
internal static class V2Api
{
    private static readonly string[] Prefixes = ["/v2", "/api/v2"];

    /// <summary>Maps every route.</summary>
    public static void Map(
        IEndpointRouteBuilder routes, ApiGate gate, FleetOrchestrator fleet, ArtefactStore artefacts, UploadTickets tickets, TimeProvider time)
    {
        var servers = new ServerEndpoints(fleet);
        var builds = new BuildEndpoints(fleet, tickets);
        var uploads = new BuildUploadEndpoint(fleet, artefacts, time);
        foreach (var prefix in Prefixes)
        {
            var guarded = new ApiRoutes(routes, gate, prefix);
            servers.Map(guarded);
            builds.Map(guarded);
            uploads.Map(guarded);
            ProjectEndpoint.Map(guarded);
        }
    }
}
