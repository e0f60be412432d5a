using PlayFlow.Core.Projects;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The routes of a dialect, each behind the gate.</summary>
/// <param name="routes">Where they are mapped.</param>
/// <param name="gate">The gate.</param>
/// <param name="prefix">What every path begins with.</param>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes, ApiGate gate, string prefix)
{
    private static readonly string[] GetMethod = [HttpMethods.Get];
    private static readonly string[] PostMethod = [HttpMethods.Post];
    private static readonly string[] PutMethod = [HttpMethods.Put];
    private static readonly string[] DeleteMethod = [HttpMethods.Delete];

    /// <summary>Maps a read.</summary>
    public void Get(string path, ApiOperation operation, ApiHandler handler) => Map(GetMethod, path, operation, handler);

    /// <summary>Maps an action.</summary>
    public void Post(string path, ApiOperation operation, ApiHandler handler) => Map(PostMethod, path, operation, handler);

    /// <summary>Maps a replacement.</summary>
    public void Put(string path, ApiOperation operation, ApiHandler handler) => Map(PutMethod, path, operation, handler);

    /// <summary>Maps a removal.</summary>
    public void Delete(string path, ApiOperation operation, ApiHandler handler) => Map(DeleteMethod, path, operation, handler);

    private void Map(string[] methods, string path, ApiOperation operation, ApiHandler handler) =>
        routes.MapMethods(prefix + path, methods, gate.Guard(operation, handler)).WithMetadata(operation);
}
