using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Hosting;

/// <summary>Starts a fleet where there is no generic host: in a console program, a game, a test.</summary>
public static class PlayFlowHost
{
    /// <summary>
    /// Starts a fleet made by hand, with its projects. Dispose it at the end; stop its servers before that with
    /// <see cref="FleetOrchestrator.StopServersAsync"/> if they are to end with it.
    /// </summary>
    /// <param name="options">What it is told.</param>
    /// <param name="compute">Where servers run; disposed with the fleet.</param>
    /// <param name="builds">What makes builds ready.</param>
    /// <param name="store">Where the fleet is remembered, disposed with it; in memory when null.</param>
    /// <param name="logs">Where log lines are kept, disposed with the fleet; in memory when null.</param>
    /// <param name="ids">Where new ids come from; <see cref="RandomIdSource"/> when null.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="logger">What the operator is told; nothing when null.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="OptionsValidationException">Some options cannot work; every problem is listed.</exception>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public static async Task<FleetOrchestrator> StartAsync(
        PlayFlowOptions options,
        IComputeProvider compute,
        IBuildProcessor builds,
        IFleetStore? store = null,
        ILogStore? logs = null,
        IIdSource? ids = null,
        TimeProvider? time = null,
        ILogger<FleetOrchestrator>? logger = null,
        CancellationToken cancellationToken = default)
    {
        _ = options ?? throw new ArgumentNullException(nameof(options));
        if (new PlayFlowOptionsValidator().Validate(null, options) is { Failed: true } invalid)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(PlayFlowOptions), invalid.Failures);
        }

        var fleet = new FleetOrchestrator(
            options.Fleet,
            compute,
            builds,
            store ?? new InMemoryFleetStore(),
            logs ?? new InMemoryLogStore(),
            ids ?? new RandomIdSource(),
            time ?? TimeProvider.System,
            logger ?? NullLogger<FleetOrchestrator>.Instance);
        try
        {
            await StartAsync(fleet, options, cancellationToken).ConfigureAwait(false);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Starts the fleet of a container that has no generic host around it. The container owns the fleet: dispose the container,
    /// asynchronously.
    /// </summary>
    /// <param name="services">Where <see cref="PlayFlowServiceCollectionExtensions.AddPlayFlow"/> added it.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="OptionsValidationException">Some options cannot work; every problem is listed.</exception>
    /// <exception cref="StoreException">A store cannot be read.</exception>
    public static async Task<FleetOrchestrator> StartAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        _ = services ?? throw new ArgumentNullException(nameof(services));
        services.GetService<IStartupValidator>()?.Validate();
        await services.GetServices<IHostedService>().OfType<FleetService>().Single().StartAsync(cancellationToken).ConfigureAwait(false);
        return services.GetRequiredService<FleetOrchestrator>();
    }

    internal static async Task StartAsync(FleetOrchestrator fleet, PlayFlowOptions options, CancellationToken cancellationToken)
    {
        await fleet.StartAsync(cancellationToken).ConfigureAwait(false);
        foreach (var project in options.Projects)
        {
            var configured = await fleet.ConfigureProjectAsync(
                new ProjectId(project.Id),
                project.Name ?? project.Id,
                new ProjectKeys(project.ServerKey, project.ClientKey),
                project.Plan).ConfigureAwait(false);
            if (configured.Problem is { } problem)
            {
                throw new InvalidOperationException($"Project '{project.Id}' cannot be set up: {problem.Message}");
            }
        }
    }
}
