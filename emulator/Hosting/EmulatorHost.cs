using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Api.V2;
using PlayFlow.Emulator.Api.V3;
using PlayFlow.Emulator.Control;
using PlayFlow.Emulator.Pages;
using PlayFlow.Emulator.Tls;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Hosting;

/// <summary>An emulator: the fleet, and the web application that speaks for it. Everything is put together here, by hand.</summary>
internal sealed class EmulatorHost : IAsyncDisposable
{
    /// <summary>The project every emulator has.</summary>
    public static readonly ProjectId DefaultProject = new("default");

    // Beyond the grace: the kill, and writing down that it worked.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    private readonly EmulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly DataDirectory _data;
    private readonly ArtefactStore _artefacts;
    private readonly TlsTerminator _tls;
    private readonly OrchestratorOptions _fleetOptions;
    private readonly IComputeProvider _compute;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger;

    private EmulatorHost(EmulatorOptions options, EmulatorParts parts, DataDirectory data)
    {
        _options = options;
        _time = parts.Time;
        _data = data;
        App = WebApp.Create(options, parts);
        var loggers = App.Services.GetRequiredService<ILoggerFactory>();
        _logger = loggers.CreateLogger<EmulatorHost>();
        _artefacts = new ArtefactStore(new ArtefactStoreOptions
        {
            Directory = data.Builds, ProcessingDelay = options.ProcessingDelay, Time = parts.Time,
        }, loggers.CreateLogger<ArtefactStore>());
        _tls = new TlsTerminator(Certificate, parts.Time, loggers.CreateLogger<TlsTerminator>());
        _fleetOptions = new OrchestratorOptions { Rules = options.Rules };
        _compute = Backends.Compute(options, parts, data, _artefacts, _tls, loggers);
        Fleet = new FleetOrchestrator(
            _fleetOptions,
            _compute,
            Backends.Processor(_compute, _artefacts),
            Backends.FleetStore(options, parts, data),
            Backends.LogStore(options, parts, data),
            parts.Ids,
            parts.Time,
            loggers.CreateLogger<FleetOrchestrator>());

        var key = options.InMemory ? TicketKey.Create() : TicketKey.LoadOrCreate(data.TicketKeyFile);
        ApiPipeline.Use(App, _opened.Task, _logger);
        var gate = new ApiGate(Fleet, new RateLimits(parts.Time, options.RateLimit, options.RateLimitScale), options.Conduct);
        var tickets = new UploadTickets(key, parts.Time);
        V3Api.Map(App, gate, Fleet, _artefacts, tickets, parts.Time);
        V2Api.Map(App, gate, Fleet, _artefacts, tickets, parts.Time);
        ApiDocument.Map(App);
        ApiReference.Map(App);
        LandingPage.Map(App);
        if (options.Control)
        {
            ControlApi.Map(App, Fleet, DefaultProject, parts.Time, App.Lifetime.ApplicationStopping);
        }
    }

    /// <summary>The web application.</summary>
    public WebApplication App { get; }

    /// <summary>The fleet.</summary>
    public FleetOrchestrator Fleet { get; }

    /// <summary>Where it keeps its files.</summary>
    public string DataPath => _data.FullPath;

    /// <summary>The address it is reached by from this machine.</summary>
    public string Url { get; private set; } = string.Empty;

    /// <summary>Starts an emulator; on return it answers requests.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="parts">What is put in the place of the real thing.</param>
    /// <param name="listening">Called once the data directory and the port are this emulator's, before anything is launched.</param>
    /// <exception cref="StartException">It cannot start.</exception>
    public static async Task<EmulatorHost> StartAsync(EmulatorOptions options, EmulatorParts? parts = null, Action? listening = null)
    {
        try
        {
            return await OpenAsync(options, parts ?? new EmulatorParts(), listening);
        }
        catch (StoreException fault)
        {
            throw new StartException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ComputeException)
        {
            throw new StartException($"The emulator cannot start: {fault.Message}", fault);
        }
    }

    private static async Task<EmulatorHost> OpenAsync(EmulatorOptions options, EmulatorParts parts, Action? listening)
    {
        var data = options.InMemory ? DataDirectory.Temporary(AbandonedDirectories.Root) : DataDirectory.Open(options.DataDirectory);
        EmulatorHost host;
        try
        {
            host = new EmulatorHost(options, parts, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }

        try
        {
            await host.OpenAsync(listening);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more requests, stops every game server, and returns when they have ended or their time is over.</summary>
    /// <returns>Whether they have ended.</returns>
    public async Task<bool> StopAsync()
    {
        await App.StopAsync();
        using var deadline = new CancellationTokenSource(_options.Rules.StopGrace + StopMargin, _time);
        try
        {
            await Fleet.StopServersAsync(StopReason.ShutdownSignal, deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            _logger.ServersLeft();
            return false;
        }
    }

    /// <summary>Lets go of everything. Game servers that still run go on, and are found again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        // Who still waits for a start that failed is not to wait longer.
        _opened.TrySetCanceled();
        await App.StopAsync();
        await ForgetBuildsAsync();
        await Fleet.DisposeAsync();
        _artefacts.Dispose();
        _tls.Dispose();
        try
        {
            _data.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _logger.NotRemoved(_data.FullPath, fault);
        }

        await App.DisposeAsync();
    }

    // Nobody will ask again for the builds of an emulator that keeps nothing.
    private async Task ForgetBuildsAsync()
    {
        if (_options.InMemory && _compute is DockerComputeProvider docker)
        {
            try
            {
                // A server that has ended uses its image until its container is removed, which is under way.
                using var patience = new CancellationTokenSource(StopMargin, _time);
                while (!patience.IsCancellationRequested && (await docker.ListAsync(CancellationToken.None)).Any(launch => launch.Exit is not null))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), _time, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                await docker.RemoveImagesAsync(CancellationToken.None);
            }
            catch (ComputeException fault)
            {
                _logger.NotRemoved(_data.FullPath, fault);
            }
        }
    }

    private async Task OpenAsync(Action? listening)
    {
        await ListenAsync();
        listening?.Invoke();
        await new AbandonedDirectories(_options, App.Services.GetRequiredService<ILoggerFactory>()).EndAsync();

        await Fleet.StartAsync();
        await ConfigureAsync(DefaultProject, "default", _options.Keys, _options.Plan);
        foreach (var project in _options.Projects)
        {
            var keys = new ProjectKeys(project.ServerKey!, project.ClientKey!);
            await ConfigureAsync(new ProjectId(project.Id!), project.Name ?? project.Id!, keys, project.Plan ?? _options.Plan);
        }

        _opened.SetResult();
    }

    private async Task ConfigureAsync(ProjectId id, string name, ProjectKeys keys, Plan plan)
    {
        if ((await Fleet.ConfigureProjectAsync(id, name, keys, plan)).Problem is { } problem)
        {
            throw new StartException($"Project '{id}' cannot be set up: {problem.Message}");
        }
    }

    // The port is taken before anything is launched: only then is it known which address games are to call.
    private async Task ListenAsync()
    {
        try
        {
            await App.StartAsync();
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            throw new StartException(
                $"Cannot listen on {new IPEndPoint(_options.Host, _options.Port)}: {(fault.InnerException ?? fault).Message}", fault);
        }

        var listening = App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        var port = listening is null ? _options.Port : BindingAddress.Parse(listening).Port;
        Url = $"http://{new IPEndPoint(Reachable(_options.Host), port)}";
        _fleetOptions.ApiUrl = Url + "/api";
    }

    // Players judge it by their own clocks, whatever the fleet's says.
    private X509Certificate2 Certificate()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authority = CertificateAuthority.LoadOrCreate(_data.Tls, now);
        return authority.Issue(_options.PublicHost, now);
    }

    private static IPAddress Reachable(IPAddress host) =>
        host.Equals(IPAddress.Any) ? IPAddress.Loopback : host.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : host;
}
