using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ApiClient;

/// <summary>The calls of the API that a backend makes. Asks again when it was too fast, never when an answer may have been lost.</summary>
internal sealed class PlayFlowClient : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _http;

    /// <summary>A client.</summary>
    /// <param name="url">The service's or the emulator's address.</param>
    /// <param name="key">The server key.</param>
    public PlayFlowClient(Uri url, string key)
    {
        _http = new HttpClient { BaseAddress = new Uri(url, "/api/v3/") };
        _http.DefaultRequestHeaders.Add("api-key", key);
    }

    /// <summary>Uploads an archive and waits until it can be started.</summary>
    public async Task<BuildInfo> UploadAsync(string archive, string executable, CancellationToken cancellationToken)
    {
        using var none = new ByteArrayContent([]);
        var ticket = await AskAsync(
            () => _http.PostAsync($"builds/upload-url?executable_path={Uri.EscapeDataString(executable)}", none, cancellationToken),
            Wire.Default.UploadTicket,
            cancellationToken);

        // The address is the permission: it goes to storage, without the key.
        using var storage = new HttpClient { Timeout = TimeSpan.FromMinutes(15) };
        await using var file = File.OpenRead(archive);
        using var body = new StreamContent(file);
        using var stored = await storage.PutAsync(ticket.UploadUrl, body, cancellationToken);
        await ThrowIfRefusedAsync(stored, cancellationToken);

        while (true)
        {
            var build = await AskAsync(() => _http.GetAsync($"builds/{ticket.BuildId}", cancellationToken), Wire.Default.BuildInfo, cancellationToken);
            if (build.Status is "ready" or "failed")
            {
                return build;
            }

            await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Starts a server; the answer comes before its game runs.</summary>
    public Task<ServerInfo> StartAsync(StartServer start, CancellationToken cancellationToken) =>
        AskAsync(() => _http.PostAsJsonAsync("servers/start", start, Wire.Default.StartServer, cancellationToken), Wire.Default.ServerInfo, cancellationToken);

    /// <summary>A server, in any status.</summary>
    public Task<ServerInfo> GetAsync(string id, CancellationToken cancellationToken) =>
        AskAsync(() => _http.GetAsync($"servers/{id}", cancellationToken), Wire.Default.ServerInfo, cancellationToken);

    /// <summary>Waits until players can connect.</summary>
    /// <exception cref="PlayFlowException">The server stopped before it ran.</exception>
    public async Task<ServerInfo> WaitUntilRunningAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var server = await GetAsync(id, cancellationToken);
            switch (server.Status)
            {
                case "running":
                    return server;
                case "stopped":
                    throw new PlayFlowException(HttpStatusCode.OK, $"{server.Name} stopped before it ran; its log tells why");
                default:
                    await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>The newest lines a server wrote.</summary>
    public async Task<IReadOnlyList<LogLine>> ReadLogAsync(string id, CancellationToken cancellationToken) =>
        (await AskAsync(() => _http.GetAsync($"servers/{id}/logs", cancellationToken), Wire.Default.LogPage, cancellationToken)).Logs;

    /// <summary>Stops a server. Harmless when repeated.</summary>
    public async Task StopAsync(string id, string reason, CancellationToken cancellationToken) => await AskAsync(
        () => _http.DeleteAsync($"servers/{id}?shutdown_reason={Uri.EscapeDataString(reason)}", cancellationToken),
        Wire.Default.Stopped,
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<T> AskAsync<T>(
        Func<Task<HttpResponseMessage>> send, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await send();
            if (response.StatusCode is HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
                continue;
            }

            await ThrowIfRefusedAsync(response, cancellationToken);
            return (await response.Content.ReadFromJsonAsync(type, cancellationToken))!;
        }
    }

    // The envelope's detail is a text, or for bad fields a list that names each.
    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var envelope = JsonDocument.Parse(text);
            text = envelope.RootElement.GetProperty("detail").ToString();
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Whatever stands between us and the API answered; its own words will have to do.
        }

        throw new PlayFlowException(response.StatusCode, text);
    }
}
