using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PlayFlow.Emulator.Hosting.Rejections;

namespace PlayFlow.Emulator.Hosting;

/// <summary>
/// Makes the web application, of no more than it needs: nothing is read from the environment or from settings files, and no
/// directory is watched.
/// </summary>
internal static class WebApp
{
    /// <summary>An application without endpoints.</summary>
    public static WebApplication Create(EmulatorOptions options, EmulatorParts parts)
    {
        // A data directory of thousands of folders must not become the content root, which is searched.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();

        // Whoever is still being answered at the end, an upload for instance, is not waited for longer.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        if (parts.Server is { } server)
        {
            server(builder.WebHost);
        }
        else
        {
            // Answers are a few hundred bytes each: a queue between socket and thread pool only has them wait for one another.
            builder.WebHost.UseKestrelCore()
                .UseSockets(static sockets => sockets.IOQueueCount = 0)
                .ConfigureKestrel(kestrel => Configure(kestrel, options));
        }

        if (parts.LoggerFactory is { } loggers)
        {
            builder.Services.AddSingleton(loggers);
        }
        else
        {
            builder.Logging
                .SetMinimumLevel(options.LogLevel)
                .AddFilter("Microsoft", options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning)

                // Or every request is given a trace and a scope, for lines that the line above keeps from being written.
                .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)

                // A start that fails is told in one line, by who asked for it.
                .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
                .AddSimpleConsole(console => console.SingleLine = true);
        }

        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, EmulatorOptions options)
    {
        kestrel.AddServerHeader = false;

        // JSON bodies are held to a limit where they are read, so that every refusal is in the envelope; uploads have their own.
        kestrel.Limits.MaxRequestBodySize = null;

        // As much as can be is left to the application, which says what is wrong: keys of any letters, long paths, proxies' hosts.
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.AllowHostHeaderOverride = true;
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        kestrel.Listen(options.Host, options.Port, static listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            RejectionMiddleware.Use(listen);
        });
    }
}
