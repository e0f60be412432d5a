namespace PlayFlow.Emulator.Api.Shared;

/// <summary>Lets pages of any origin call the API: browser builds of games do, with the client key.</summary>
internal static class Cors
{
    // Nothing there is meant for pages of other origins.
    private const string Closed = "/__emulator";

    private const string Exposed = "X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After";
    private const string Methods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
    private const string Headers = "api-key, content-type, x-player-id, x-player-token, x-server-status";

    /// <summary>Marks the answer for browsers.</summary>
    /// <returns>True when the request was a preflight and is answered.</returns>
    public static bool Answer(HttpContext http)
    {
        if (http.Request.Path.StartsWithSegments(Closed))
        {
            return false;
        }

        if (HttpMethods.IsOptions(http.Request.Method))
        {
            var headers = http.Response.Headers;
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlAllowMethods = Methods;
            headers.AccessControlAllowHeaders = Headers;
            headers.AccessControlMaxAge = "600";
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return true;
        }

        // Only browsers ask, and only they need to be told.
        if (http.Request.Headers.Origin.Count > 0)
        {
            http.Response.Headers.AccessControlAllowOrigin = "*";
            http.Response.Headers.AccessControlExposeHeaders = Exposed;
        }

        return false;
    }
}
