using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;

namespace PlayFlow.Emulator.Control;

/// <summary>
/// What the service does not have: looking into servers, following their logs, making projects and new keys. There only when
/// asked for, and only for whoever runs the emulator.
/// </summary>
internal static class ControlApi
{
    /// <summary>What every path begins with.</summary>
    public const string Prefix = "/__emulator";

    /// <summary>Maps every route.</summary>
    /// <param name="routes">Where they are mapped.</param>
    /// <param name="fleet">The fleet.</param>
    /// <param name="owner">The project whose server key opens them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ending">Cancelled when the emulator is about to end.</param>
    public static void Map(
        IEndpointRouteBuilder routes, FleetOrchestrator fleet, ProjectId owner, TimeProvider time, CancellationToken ending)
    {
        var gate = new ControlGate(fleet, owner);
        var servers = new ServerInspection(fleet);
        var projects = new ProjectAdministration(fleet);
        var logs = new LogStream(fleet, time, ending);
        Map(HttpMethods.Get, "/servers/{instance_id}", servers.GetAsync);
        Map(HttpMethods.Get, "/servers/{instance_id}/logs/stream", logs.SendAsync);
        Map(HttpMethods.Get, "/projects", projects.ListAsync);
        Map(HttpMethods.Post, "/projects", projects.CreateAsync);
        Map(HttpMethods.Post, "/projects/{project_id}/keys/regenerate", projects.RegenerateKeysAsync);

        void Map(string method, string path, RequestDelegate handler) =>
            routes.MapMethods(Prefix + path, [method], gate.Guard(handler));
    }
}
