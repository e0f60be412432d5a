using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Hosting;

/// <summary>Adds a fleet to an application.</summary>
public static class PlayFlowServiceCollectionExtensions
{
    /// <summary>
    /// Adds a fleet, to be injected as <see cref="FleetOrchestrator"/>: it starts and stops with the host. The builder says
    /// where servers run and where the fleet is remembered.
    /// </summary>
    /// <remarks>
    /// Options are checked when the host starts; all that is wrong is in the one
    /// <see cref="OptionsValidationException"/> thrown there. Without a generic host, call
    /// <see cref="PlayFlowHost.StartAsync(IServiceProvider, CancellationToken)"/>.
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options; called when they are first needed.</param>
    public static PlayFlowBuilder AddPlayFlow(this IServiceCollection services, Action<PlayFlowOptions>? configure = null)
    {
        _ = services ?? throw new ArgumentNullException(nameof(services));
        var options = services.AddOptions<PlayFlowOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PlayFlowOptions>, PlayFlowOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PlayFlowOptions>, PartsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FleetService>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIdSource>(static _ => new RandomIdSource());
        services.TryAddSingleton(CreateFleet);
        return new PlayFlowBuilder(services);
    }

    private static FleetOrchestrator CreateFleet(IServiceProvider provider)
    {
        // First of all: what is missing below is said in these words.
        var options = provider.GetRequiredService<IOptions<PlayFlowOptions>>().Value;
        return new FleetOrchestrator(
            options.Fleet,
            provider.GetRequiredService<IComputeProvider>(),
            provider.GetRequiredService<IBuildProcessor>(),
            provider.GetRequiredService<IFleetStore>(),
            provider.GetRequiredService<ILogStore>(),
            provider.GetRequiredService<IIdSource>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<FleetOrchestrator>>() ?? NullLogger<FleetOrchestrator>.Instance);
    }
}
