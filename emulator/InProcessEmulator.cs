using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator;

/// <summary>
/// The whole HTTP API inside a test's own process: no socket, no port, nothing left behind. What a client sends goes through the
/// same pipeline as over the network; servers are made up unless another provider is given.
/// </summary>
/// <example>
/// <code>
/// await using var emulator = await InProcessEmulator.StartAsync();
/// using var client = emulator.CreateClient();
/// var answer = await client.GetAsync("/api/v3/servers");
/// </code>
/// </example>
public sealed class InProcessEmulator : IAsyncDisposable
{
    private readonly EmulatorHost _host;

    private InProcessEmulator(EmulatorHost host) => _host = host;

    /// <summary>The fleet behind the API, for what no request can say.</summary>
    public FleetOrchestrator Fleet => _host.Fleet;

    /// <summary>Starts an emulator that forgets everything when it is disposed; on return it answers requests.</summary>
    /// <param name="options">What it is told; the defaults when null.</param>
    public static async Task<InProcessEmulator> StartAsync(InProcessEmulatorOptions? options = null)
    {
        options ??= new InProcessEmulatorOptions();
        var told = new EmulatorOptions
        {
            InMemory = true,
            Provider = ComputeKind.Fake,
            Keys = options.Keys,
            Plan = options.Plan,
            RateLimit = options.RateLimit,
            Rules = options.Rules,
            Conduct = new ApiConduct { PlanLimitStatus = options.PlanLimitStatus, AcceptNulls = options.AcceptNulls },
        };
        var parts = new EmulatorParts
        {
            Time = options.Time,
            Ids = options.Ids,
            Compute = options.Compute,
            LoggerFactory = options.LoggerFactory ?? NullLoggerFactory.Instance,
            Server = static server => server.UseTestServer(),
        };
        return new InProcessEmulator(await EmulatorHost.StartAsync(told, parts));
    }

    /// <summary>A client of the API that sends a key with every request.</summary>
    /// <param name="key">The key; the project's server key when null.</param>
    public HttpClient CreateClient(string? key = null)
    {
        var client = _host.App.GetTestClient();
        client.DefaultRequestHeaders.Add("api-key", key ?? _host.Fleet.FindProject(EmulatorHost.DefaultProject)!.Keys.ServerKey);
        return client;
    }

    /// <summary>What a client of your own sends its requests through, to any host name.</summary>
    public HttpMessageHandler CreateHandler() => _host.App.GetTestServer().CreateHandler();

    /// <summary>Ends the API and lets go of the fleet. Servers of a provider that was given are left to it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.App.StopAsync();
        await _host.DisposeAsync();
    }
}

/// <summary>What an <see cref="InProcessEmulator"/> can be told.</summary>
public sealed record InProcessEmulatorOptions
{
    /// <summary>The clock; give a <see cref="Core.Time.VirtualClock"/> to make hours pass at once. The system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where ids come from; random UUIDs by default.</summary>
    public IIdSource Ids { get; init; } = new RandomIdSource();

    /// <summary>Where servers run; by default they are made up, and run as soon as they are started. Disposed with the emulator.</summary>
    public IComputeProvider? Compute { get; init; }

    /// <summary>The project's keys; <c>pf_local</c> and <c>pfclient_local</c> by default.</summary>
    public ProjectKeys Keys { get; init; } = new(EmulatorOptions.DefaultServerKey, EmulatorOptions.DefaultClientKey);

    /// <summary>The project's plan; <see cref="Plan.Pro"/> by default.</summary>
    public Plan Plan { get; init; } = Plan.Pro;

    /// <summary>Whether calls are counted against the rate limits; false by default, since tests ask faster than clients.</summary>
    public bool RateLimit { get; init; }

    /// <summary>The figures and switches of the rules.</summary>
    public FleetRules Rules { get; init; } = new();

    /// <summary>The status of a refusal for the plan's sake: 403 by default; the service documents none, clients look for 402 and 409 too.</summary>
    public int PlanLimitStatus { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>Whether null for a field that may be left out is as good as leaving it out; refused by default.</summary>
    public bool AcceptNulls { get; init; }

    /// <summary>Where the host's log goes; nowhere when null, the default.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
