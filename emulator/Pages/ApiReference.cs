using Scalar.AspNetCore;

namespace PlayFlow.Emulator.Pages;

/// <summary>
/// The document as a page to read and try things on. The page and its script come from here, and its policy lets it load and
/// call nothing else: it works without a network, and what is typed into it goes nowhere but to this emulator.
/// </summary>
internal static class ApiReference
{
    /// <summary>Where it is.</summary>
    public const string Path = "/api/reference";

    private const string ViewerPath = Path + "/scalar.js";
    private const string StartPath = Path + "/start.js";

    // Scalar's own endpoint answers with a redirect, which clients of this API may not be sent. Its package carries the script.
    private const string ViewerResource = "ScalarStaticAssets.scalar.js";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly byte[] Page = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>PlayFlow API</title>
        </head>
        <body>
        <div id="reference"></div>
        <noscript>This page needs JavaScript; <a href="/api/doc">the document itself</a> does not.</noscript>
        <script src="/api/reference/scalar.js"></script>
        <script src="/api/reference/start.js"></script>
        </body>
        </html>

        """u8.ToArray();

    private static readonly byte[] Start = """
        Scalar.createApiReference('#reference', {
          url: '/api/doc',
          defaultOpenAllTags: true,
          telemetry: false,
          withDefaultFonts: false,
          showDeveloperTools: 'never',
          hideClientButton: true,
          agent: { disabled: true },
          mcp: { disabled: true },
        });

        """u8.ToArray();

    /// <summary>Maps it and what it loads.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods(Path, methods, static http =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            return WriteAsync(http, Page, "text/html; charset=utf-8");
        });
        routes.MapMethods(StartPath, methods, static http => WriteAsync(http, Start, "text/javascript; charset=utf-8"));
        routes.MapMethods(ViewerPath, methods, static http => EmbeddedFile.WriteGzipAsync(
            http, typeof(ScalarOptions).Assembly, ViewerResource, "text/javascript; charset=utf-8"));
    }

    private static Task WriteAsync(HttpContext http, byte[] content, string contentType)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = content.Length;
        return http.Response.Body.WriteAsync(content, http.RequestAborted).AsTask();
    }
}
