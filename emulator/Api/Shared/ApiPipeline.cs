namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// What every request goes through: nothing is ever redirected, and whatever goes wrong is answered in the error envelope.
/// </summary>
internal static class ApiPipeline
{
    /// <summary>Puts the pipeline before routing. Endpoints are mapped afterwards.</summary>
    /// <param name="app">The application.</param>
    /// <param name="opened">Completes when the fleet is ready; requests that come before wait for it.</param>
    /// <param name="logger">Told of what nobody foresaw.</param>
    public static void Use(WebApplication app, Task opened, ILogger logger)
    {
        app.Use((http, next) => HandleAsync(http, next, opened, logger));
        app.UseRouting();
        app.UseEndpoints(static _ => { });
        app.Run(static http => ErrorAnswer.WriteAsync(http, StatusCodes.Status404NotFound, "Not found", $"No such route: {http.Request.Path}"));
    }

    private static async Task HandleAsync(HttpContext http, RequestDelegate next, Task opened, ILogger logger)
    {
        if (Cors.Answer(http))
        {
            return;
        }

        try
        {
            await opened;
            Normalise(http.Request);
            await next(http);
            if (http.Response.StatusCode is StatusCodes.Status405MethodNotAllowed && !http.Response.HasStarted)
            {
                await ErrorAnswer.WriteAsync(http, StatusCodes.Status405MethodNotAllowed, "Method not allowed");
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be answered.
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await ErrorAnswer.WriteAsync(http, e.StatusCode, e.Message);
        }
#pragma warning disable CA1031 // the last place where a fault can still become an answer
        catch (Exception e) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            logger.RequestFaulted(http.Request.Method, http.Request.Path, e);
            http.Response.Headers.ContentLength = null;
            await ErrorAnswer.WriteAsync(http, StatusCodes.Status500InternalServerError, "Internal server error");
        }
    }

    // The published documentation doubles the prefix: its server address ends in /api and its paths begin with it.
    private static void Normalise(HttpRequest request)
    {
        while (request.Path.StartsWithSegments("/api", out var rest) && rest.StartsWithSegments("/api"))
        {
            request.Path = rest;
        }
    }
}
