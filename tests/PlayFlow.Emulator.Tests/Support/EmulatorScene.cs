using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.OpenApi.Check;

namespace PlayFlow.Emulator.Tests.Support;

/// <summary>An emulator without a network: its servers are made up, its clock stands still, its ids can be foreseen.</summary>
internal sealed class EmulatorScene : IAsyncDisposable
{
    public const string ServerKey = "pf_local";
    public const string ClientKey = "pfclient_local";
    public const string MinimalStart = """{"name":"one","region":"us-east"}""";

    /// <summary>The first moment of every scene.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 3, 15, 10, 30, 0, 123, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private EmulatorScene(EmulatorHost host, FakeTimeProvider time, FakeComputeProvider compute, HttpClient client)
    {
        Host = host;
        Time = time;
        Compute = compute;
        Client = client;
    }

    public EmulatorHost Host { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>By default its servers open no port before they are told to.</summary>
    public FakeComputeProvider Compute { get; }

    public HttpClient Client { get; }

    /// <summary>Starts one.</summary>
    /// <param name="options">What it is told; no limits of rate by default.</param>
    /// <param name="script">How its servers behave.</param>
    /// <param name="beforeCall">Called before each call of the provider.</param>
    /// <param name="sample">What a server of an age uses.</param>
    /// <param name="fleetStore">Where the fleet is remembered.</param>
    /// <param name="beforeRequest">Called with each request before anything else sees it.</param>
    /// <param name="documented">Whether every answer is held against the OpenAPI document.</param>
    public static async Task<EmulatorScene> StartAsync(
        EmulatorOptions? options = null,
        FakeComputeScript? script = null,
        Func<FakeComputeCall, CancellationToken, Task>? beforeCall = null,
        Func<TimeSpan, ComputeSample>? sample = null,
        IFleetStore? fleetStore = null,
        Action<HttpContext>? beforeRequest = null,
        bool documented = true)
    {
        var time = new FakeTimeProvider(Beginning);
        var compute = new FakeComputeProvider(
            new FakeComputeOptions
            {
                Hosts = [new ComputeHost("fake", "127.0.0.1", (options ?? new EmulatorOptions()).Ports)],
                Script = _ => script ?? FakeComputeScript.NeverReady,
                BeforeCall = beforeCall,
                Sample = sample is null ? null : (_, age) => sample(age),
            },
            time);
        var parts = new EmulatorParts
        {
            Time = time,
            Ids = new SequentialIds(),
            Compute = compute,
            Fleet = fleetStore,
            LoggerFactory = NullLoggerFactory.Instance,
            Server = server => server.UseTestServer().ConfigureServices(services =>
            {
                if (beforeRequest is not null)
                {
                    services.AddSingleton<IStartupFilter>(new BeforeRequests(beforeRequest));
                }
            }),
        };
        var host = await EmulatorHost.StartAsync((options ?? new EmulatorOptions { RateLimit = false }) with { InMemory = true }, parts);
        var server = host.App.GetTestServer();
        var handler = documented ? new DocumentedAnswers(server.CreateHandler()) : server.CreateHandler();
        return new EmulatorScene(host, time, compute, new HttpClient(handler) { BaseAddress = server.BaseAddress });
    }

    public Task<Answer> GetAsync(string path, string? key = ServerKey) => SendAsync(HttpMethod.Get, path, null, key);

    public Task<Answer> PostAsync(string path, string? body = null, string? key = ServerKey) => SendAsync(HttpMethod.Post, path, body, key);

    public Task<Answer> DeleteAsync(string path, string? key = ServerKey) => SendAsync(HttpMethod.Delete, path, null, key);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? key = ServerKey)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await SendAsync(request, key);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, string? key = ServerKey)
    {
        if (key is not null)
        {
            request.Headers.Add("api-key", key);
        }

        using var response = await Client.SendAsync(request);
        return await Answer.OfAsync(response);
    }

    /// <summary>Uploads a build and waits until it is processed.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> UploadAsync(string name = "default", string key = ServerKey)
    {
        var created = await PostAsync($"/api/v3/builds/upload-url?name={name}", key: key);
        var put = await PutAsync(created.Text("upload_url"), Zip("Server.x86_64"));
        Assert.That(put.Status, Is.EqualTo(200), put.Body);
        var id = created.Text("build_id");
        await UntilAsync(async () => (await GetAsync($"/api/v3/builds/{id}", key)).Text("status") is "ready");
        return id;
    }

    public async Task<Answer> PutAsync(string url, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        return await SendAsync(request, key: null);
    }

    /// <summary>Starts a server of an uploaded build, and waits until the provider has it.</summary>
    public async Task<string> StartServerAsync(string body = MinimalStart, string key = ServerKey)
    {
        var started = await PostAsync("/api/v3/servers/start", body, key);
        Assert.That(started.Status, Is.EqualTo(201), started.Body);
        var id = started.Text("instance_id");
        await UntilAsync(() => Task.FromResult(Compute.Running.Any(launch => launch.Instance.Value == id)));
        return id;
    }

    /// <summary>Starts a server and opens its ports.</summary>
    public async Task<string> RunServerAsync(string body = MinimalStart, string key = ServerKey)
    {
        var id = await StartServerAsync(body, key);
        Compute.OpenPorts(Compute.Running.First(launch => launch.Instance.Value == id));
        await SettleAsync();
        return id;
    }

    /// <summary>Completes when everything that was decided before can be read.</summary>
    public async Task SettleAsync()
    {
        // A command that changes nothing, and is answered after all those before it.
        var project = Host.Fleet.FindProject(EmulatorHost.DefaultProject)!;
        await Host.Fleet.ConfigureProjectAsync(project.Id, project.Name, project.Keys, project.Plan);
    }

    /// <summary>Waits for what comes about in the background.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(began), Is.LessThan(Patience), "It did not come about.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    public static byte[] Zip(params string[] files)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var file in files)
            {
                using var entry = zip.CreateEntry(file).Open();
                entry.Write("#!/bin/sh\nsleep 1000\n"u8);
            }
        }

        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.App.StopAsync();
        await Host.DisposeAsync();
    }

    private sealed class BeforeRequests(Action<HttpContext> action) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((http, rest) =>
            {
                action(http);
                return rest(http);
            });
            next(app);
        };
    }
}
