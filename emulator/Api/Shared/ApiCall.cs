using PlayFlow.Core.Projects;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>A request whose key was found, had a token left and may do what it asks for.</summary>
/// <param name="Http">The request and its answer.</param>
/// <param name="Project">The project the key selects.</param>
/// <param name="Conduct">How the API is to answer.</param>
internal readonly record struct ApiCall(HttpContext Http, Project Project, ApiConduct Conduct)
{
    /// <summary>The value of a route parameter.</summary>
    public string RouteValue(string name) => (string)Http.Request.RouteValues[name]!;
}

/// <summary>Answers a call.</summary>
internal delegate Task ApiHandler(ApiCall call);
