using System.IO.Compression;
using System.Text.Json;

namespace PlayFlow.Benchmarks.Emulator;

/// <summary>The programs under measurement, as they were built with this one.</summary>
internal static class Programs
{
    /// <summary>An emulator whose answers to <see cref="RunningProgram.Client"/> need no further key.</summary>
    public static async Task<RunningProgram> StartEmulatorAsync(int port, params string[] arguments)
    {
        var emulator = await RunningProgram.StartAsync(
            Dll("emulator", "playflow-emulator.dll"), port, ["--port", $"{port}", "--no-rate-limit", "--log-level", "warning", .. arguments]);
        emulator.Client.DefaultRequestHeaders.Add("api-key", "pf_local");
        return emulator;
    }

    /// <summary>A web application that does nothing but answer.</summary>
    public static Task<RunningProgram> StartBareAsync(int port, params string[] arguments) =>
        RunningProgram.StartAsync(Dll("benchmarks/BareKestrel", "BareKestrel.dll"), port, ["--urls", $"http://127.0.0.1:{port}", .. arguments]);

    /// <summary>Gives an emulator a build that servers can be started from: a script that sleeps.</summary>
    public static async Task AddBuildAsync(HttpClient client)
    {
        using var zip = new MemoryStream();
        await using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var script = new StreamWriter(await archive.CreateEntry("Server.x86_64").OpenAsync());
            await script.WriteAsync("#!/bin/sh\nexec sleep 600\n");
        }

        zip.Position = 0;
        var (uploadUrl, buildId) = await UploadUrlAsync(client);
        (await client.PutAsync(uploadUrl, new StreamContent(zip))).EnsureSuccessStatusCode();
        await UntilProcessedAsync(client, buildId);
    }

    /// <summary>A place to upload a build to, and the build's id.</summary>
    public static async Task<(string UploadUrl, string BuildId)> UploadUrlAsync(HttpClient client)
    {
        using var answer = JsonDocument.Parse(await (await client.PostAsync("/api/v3/builds/upload-url", null)).Content.ReadAsStringAsync());
        return (answer.RootElement.GetProperty("upload_url").GetString()!, answer.RootElement.GetProperty("build_id").GetString()!);
    }

    /// <summary>Completes when a build was processed.</summary>
    public static Task UntilProcessedAsync(HttpClient client, string buildId) => UntilAsync(async () =>
    {
        using var build = JsonDocument.Parse(await client.GetStringAsync($"/api/v3/builds/{buildId}"));
        return build.RootElement.GetProperty("status").GetString() is "ready" or "failed";
    });

    /// <summary>Asks again and again.</summary>
    public static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await reached())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>The folder a project of this repository was built into, with the configuration this program was built with.</summary>
    public static string Folder(string project)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PlayFlow.Core.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Run it inside the repository.");
        }

        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        return Path.Combine(folder.FullName, project, "bin", configuration, "net10.0");
    }

    /// <summary>Where the .NET that runs this program is, for programs that look for it.</summary>
    public static string DotnetRoot =>
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string Dll(string project, string name) => Path.Combine(Folder(project), name);
}
