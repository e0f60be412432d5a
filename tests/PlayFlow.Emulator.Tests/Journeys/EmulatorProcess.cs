using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.Support;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>
/// An emulator as users run it: a process of its own, spoken to over a real network. The one built with the tests, or the program
/// that PLAYFLOW_EMULATOR names: the native file.
/// </summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private EmulatorProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public string Url { get; private set; } = string.Empty;

    public HttpClient Client { get; } = new(new DocumentedAnswers(new SocketsHttpHandler())) { Timeout = Patience };

    /// <summary>Starts an emulator and waits until it answers.</summary>
    public static async Task<EmulatorProcess> StartAsync(string directory, params string[] arguments)
    {
        var ready = Path.Combine(directory, "ready.json");
        File.Delete(ready);
        var emulator = Launch(directory, ["--port", "0", "--ready-file", ready, .. arguments]);
        await UntilAsync(() => emulator._process.HasExited || File.Exists(ready), "the emulator to be ready");
        Assert.That(emulator._process.HasExited, Is.False, () => emulator._errors.Result);
        using var content = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        Assert.That(content.RootElement.GetProperty("pid").GetInt32(), Is.EqualTo(emulator.Id));
        emulator.Url = content.RootElement.GetProperty("url").GetString()!;
        emulator.Client.BaseAddress = new Uri(emulator.Url);
        emulator.Client.DefaultRequestHeaders.Add("api-key", content.RootElement.GetProperty("server_key").GetString());
        return emulator;
    }

    /// <summary>Runs an emulator that is to end by itself.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string directory, params string[] arguments)
    {
        await using var emulator = Launch(directory, arguments);
        return await emulator.EndAsync();
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task<(int Code, string Output, string Errors)> SignalAsync(string signal)
    {
        using (var kill = Shell.Start(new ProcessStartInfo("kill", [$"-{signal}", $"{Id}"])))
        {
            await kill.WaitForExitAsync();
        }

        return await EndAsync();
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        using var response = await Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Uploads an archive and waits until it is a build.</summary>
    public async Task<string> UploadAsync(byte[] archive, string executable)
    {
        var created = await SendAsync(HttpMethod.Post, $"/api/v3/builds/upload-url?executable_path={executable}");
        using var client = new HttpClient(new DocumentedAnswers(new SocketsHttpHandler()));
        using var put = await client.PutAsync(created.Text("upload_url"), new ByteArrayContent(archive));
        Assert.That((int)put.StatusCode, Is.EqualTo(200));
        var id = created.Text("build_id");
        await UntilAsync(async () => (await GetAsync($"/api/v3/builds/{id}")).Text("status") is not "processing", "the build to be processed");
        Assert.That(
            (await GetAsync($"/api/v3/builds/{id}")).Text("status"), Is.EqualTo("ready"), (await GetAsync($"/api/v3/builds/{id}/logs")).Body);
        return id;
    }

    /// <summary>Starts a server and waits until it runs.</summary>
    public async Task<JsonElement> RunServerAsync(string body)
    {
        var started = await SendAsync(HttpMethod.Post, "/api/v3/servers/start", body);
        Assert.That(started.Status, Is.EqualTo(201), started.Body);
        var path = $"/api/v3/servers/{started.Text("instance_id")}";
        await UntilAsync(async () => (await GetAsync(path)).Text("status") is not "launching", "the server to run");
        var server = await GetAsync(path);
        Assert.That(server.Text("status"), Is.EqualTo("running"), (await GetAsync(path + "/logs")).Body);
        return server.Json;
    }

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(Patience), $"Waited too long for {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static EmulatorProcess Launch(string directory, string[] arguments)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var (program, first) = Environment.GetEnvironmentVariable("PLAYFLOW_EMULATOR") is { Length: > 0 } native
            ? (native, Array.Empty<string>())
            : (host, [Path.Combine(AppContext.BaseDirectory, "playflow-emulator.dll")]);
        var start = new ProcessStartInfo(program, [.. first, .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PLAYFLOW_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return new EmulatorProcess(Shell.Start(start));
    }

    private async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _output, await _errors);
    }
}
