using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Hosting;

/// <summary>
/// Says what a fleet is made of. Every part is added only where none is registered yet, so whatever you register yourself
/// comes first: a clock, a source of ids, a store, a provider.
/// </summary>
public sealed class PlayFlowBuilder
{
    internal PlayFlowBuilder(IServiceCollection services) => Services = services;

    /// <summary>Where the parts are registered.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Forgets the fleet and its logs when the process ends.</summary>
    public PlayFlowBuilder UseInMemoryStore()
    {
        Services.TryAddSingleton<IFleetStore>(static _ => new InMemoryFleetStore());
        Services.TryAddSingleton<ILogStore>(static _ => new InMemoryLogStore());
        return this;
    }

    /// <summary>Makes servers up: they do what they are told, and take up nothing. Every build is ready once it is processed.</summary>
    /// <param name="options">The hosts, and how servers behave; one host of obedient servers when null.</param>
    public PlayFlowBuilder UseFakeCompute(FakeComputeOptions? options = null)
    {
        Services.TryAddSingleton<IComputeProvider>(
            services => new FakeComputeProvider(options ?? new FakeComputeOptions(), services.GetRequiredService<TimeProvider>()));
        Services.TryAddSingleton<IBuildProcessor>(static _ => new FakeBuildProcessor());
        return this;
    }
}
