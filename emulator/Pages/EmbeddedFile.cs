using System.IO.Compression;
using System.Reflection;

namespace PlayFlow.Emulator.Pages;

/// <summary>Sends a file that lies in an assembly.</summary>
internal static class EmbeddedFile
{
    /// <summary>Answers with a file as it is stored.</summary>
    public static async Task WriteAsync(HttpContext http, Assembly assembly, string name, string contentType)
    {
        await using var file = Open(assembly, name);
        http.Response.ContentType = contentType;
        http.Response.ContentLength = file.Length;
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>Answers with a file that is stored compressed: as it is to whoever reads gzip, unpacked to the others.</summary>
    public static async Task WriteGzipAsync(HttpContext http, Assembly assembly, string name, string contentType)
    {
        http.Response.Headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await WriteAsync(http, assembly, name, contentType);
            return;
        }

        await using var file = new GZipStream(Open(assembly, name), CompressionMode.Decompress);
        http.Response.ContentType = contentType;
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static Stream Open(Assembly assembly, string name) => assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"{assembly.GetName().Name} holds no file {name}.");
}
