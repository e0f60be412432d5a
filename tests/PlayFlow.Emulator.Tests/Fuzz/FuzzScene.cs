using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Fuzz;

/// <summary>An emulator with a running server, a stopped one and a build at any time, whose journal tells whether anything changed.</summary>
internal sealed class FuzzScene : IAsyncDisposable
{
    // What else than JSON an answer may be.
    private static readonly string[] OtherTypes = ["text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/event-stream"];

    private readonly FullFleetStore _store;
    private string _build = string.Empty;
    private string _stopped = string.Empty;

    private FuzzScene(EmulatorScene emulator, FullFleetStore store)
    {
        Emulator = emulator;
        _store = store;
    }

    public EmulatorScene Emulator { get; }

    private PlayFlow.Core.Orchestration.FleetOrchestrator Fleet => Emulator.Host.Fleet;

    public static async Task<FuzzScene> StartAsync()
    {
        var store = new FullFleetStore();
        var scene = new FuzzScene(await EmulatorScene.StartAsync(new EmulatorOptions { RateLimit = false, Control = true }, fleetStore: store), store);
        await scene.ReplenishAsync();
        scene._stopped = await scene.Emulator.RunServerAsync(key: scene.Key);
        await scene.Emulator.DeleteAsync($"/api/v3/servers/{scene._stopped}");
        return scene;
    }

    /// <summary>Sends a request, and says what is wrong with what came of it; null when nothing is.</summary>
    public async Task<string?> FindWrongAsync(FuzzRequest request)
    {
        await ReplenishAsync();
        using var message = await MakeAsync(request);
        await Fleet.WhenSettledAsync();
        var before = _store.Entries;
        try
        {
            using var response = await Emulator.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            var wrong = await FindWrongAsync(response, request.Method);
            var status = (int)response.StatusCode;
            if (status >= 400 || request.Method is "GET" or "HEAD" or "OPTIONS")
            {
                await Fleet.WhenSettledAsync();
                wrong ??= _store.Entries == before ? null : $"answered {status}, and changed something";
            }

            return wrong;
        }
        catch (AssertionException fault)
        {
            return fault.Message;
        }
    }

    public ValueTask DisposeAsync() => Emulator.DisposeAsync();

    private static async Task<string?> FindWrongAsync(HttpResponseMessage response, string method)
    {
        var status = (int)response.StatusCode;
        var type = response.Content.Headers.ContentType?.ToString();
        if (status >= 500 || status is >= 300 and < 400)
        {
            return $"answered {status}";
        }

        if (method is "HEAD" || type is not null && OtherTypes.Contains(type))
        {
            return status < 400 || type == "application/json" ? null : $"answered {status} as {type}";
        }

        var body = await response.Content.ReadAsByteArrayAsync();
        if (body.Length == 0)
        {
            return status < 400 ? null : $"answered {status} without a body";
        }

        if (type != "application/json")
        {
            return $"answered {status} as {type ?? "nothing"}";
        }

        using var json = JsonDocument.Parse(body);
        var description = ApiDescription.Served;
        return status < 400 ? null : Join(description.Schemas.Check(
            description.Component("schemas", status == 422 ? "ValidationError" : "Error"), json.RootElement));
    }

    private static string? Join(IReadOnlyList<string> complaints) => complaints.Count == 0 ? null : string.Join("; ", complaints);

    private string Key => Fleet.FindProject(EmulatorHost.DefaultProject)!.Keys.ServerKey;

    private async Task<HttpRequestMessage> MakeAsync(FuzzRequest request)
    {
        var target = request.Target
            .Replace("$server", await LiveServerAsync(), StringComparison.Ordinal)
            .Replace("$stopped", _stopped, StringComparison.Ordinal)
            .Replace("$build", _build, StringComparison.Ordinal)
            .Replace("$project", EmulatorHost.DefaultProject.Value, StringComparison.Ordinal);
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri("http://localhost" + target));
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!message.Headers.Contains("api-key"))
        {
            message.Headers.Add("api-key", Key);
        }

        return message;
    }

    // Requests may delete what there was, and give the project other keys.
    private async Task ReplenishAsync()
    {
        if (Fleet.FindBuild(new BuildId(_build)) is not { State: BuildState.Ready })
        {
            _build = await Emulator.UploadAsync(key: Key);
        }
    }

    private async Task<string> LiveServerAsync()
    {
        var (servers, _) = Fleet.ListServers(EmulatorHost.DefaultProject, includeLaunching: true, includePool: false, 0, 1);
        return servers is [var newest] ? newest.Id.Value : await Emulator.RunServerAsync(key: Key);
    }
}
