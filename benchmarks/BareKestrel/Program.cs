// The floor the emulator is measured beside: a web application that does nothing but answer. With --api it answers three of the
// emulator's calls too, with servers it is given once and writes anew for each answer; with --upload it writes what it is sent to a file.
using BareKestrel;
using Microsoft.AspNetCore.Http.Features;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
if (args.Contains("--api"))
{
    builder.Services.ConfigureHttpJsonOptions(static options => Wire.Configure(options.SerializerOptions));
}

var app = builder.Build();
app.MapGet("/health", () => "ok");
if (args.Contains("--api"))
{
    Wire.ServerPage page = null!;
    app.MapPut("/page", (Wire.ServerPage given) => { page = given; });
    app.MapGet("/api/v3/servers", () => TypedResults.Ok(page));
    app.MapGet("/api/v3/servers/{id}", (string id) => TypedResults.Ok(page.Servers[0]));
    app.MapPost("/api/v3/servers/start", (Wire.StartBody body) =>
        TypedResults.Created((string?)null, page.Servers[0] with { Name = body.Name, CustomData = body.CustomData }));
}

if (args.Contains("--upload"))
{
    app.MapPut("/upload", async (string path, HttpContext context) =>
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        await context.Request.Body.CopyToAsync(file, 256 * 1024);
        file.Flush(flushToDisk: true);
    });
}

app.Run();
