using System.Net;
using System.Text;

namespace PlayFlow.Emulator.Pages;

/// <summary>The page at the address itself, for whoever opens it in a browser: what runs here, and where to go on.</summary>
internal static class LandingPage
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private static Task AnswerAsync(HttpContext http)
    {
        var page = Encoding.UTF8.GetBytes(Page(WebUtility.HtmlEncode($"{http.Request.Scheme}://{http.Request.Host}")));
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return http.Response.Body.WriteAsync(page, http.RequestAborted).AsTask();
    }

    private static string Page(string address) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>PlayFlow emulator</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1c2330; background: #fff }
        code { background: #eef1f5; padding: .1em .3em; border-radius: .2em }
        th { text-align: left; padding-right: 1.5rem; font-weight: 600; vertical-align: top }
        @media (prefers-color-scheme: dark) { body { color: #dde3ec; background: #12161d } code { background: #232a35 } a { color: #8ab4ff } }
        </style>
        </head>
        <body>
        <h1>PlayFlow emulator</h1>
        <p>A local emulator of PlayFlow Cloud's game server hosting runs here: it takes builds, starts real game servers and tells
        where players connect. Nothing of it reaches the cloud.</p>
        <table>
        <tr><th>API</th><td><code>{{address}}/api/v3</code></td></tr>
        <tr><th>For older SDKs</th><td><code>{{address}}/v2</code></td></tr>
        <tr><th>Header</th><td><code>api-key</code>, as printed when the emulator started</td></tr>
        <tr><th>Reference</th><td><a href="/api/reference">read it and try it</a></td></tr>
        <tr><th>OpenAPI</th><td><a href="/api/doc">the document</a></td></tr>
        <tr><th>Health</th><td><a href="/api/health">is it there?</a></td></tr>
        </table>
        </body>
        </html>

        """;
}
