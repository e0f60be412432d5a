namespace PlayFlow.Emulator.Pages;

/// <summary>
/// The OpenAPI document of version 3. It was generated from the endpoints and lies in the assembly as it is sent: nothing is
/// looked up or put together at run time.
/// </summary>
internal static class ApiDocument
{
    /// <summary>Where it is.</summary>
    public const string Path = "/api/doc";

    private const string Resource = "openapi.json";

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private static Task AnswerAsync(HttpContext http) =>
        EmbeddedFile.WriteAsync(http, typeof(ApiDocument).Assembly, Resource, "application/json");
}
