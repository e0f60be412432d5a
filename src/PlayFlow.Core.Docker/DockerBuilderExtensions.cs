using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Hosting;

namespace PlayFlow.Core.Docker;

/// <summary>Adds the containers of a Docker engine to a fleet.</summary>
public static class DockerBuilderExtensions
{
    /// <summary>Runs servers as containers, from builds whose files something of yours provides: an image is made of each.</summary>
    /// <typeparam name="TBuilds">What checks builds and has their files.</typeparam>
    /// <param name="builder">The fleet.</param>
    /// <param name="builds">Checks builds and has their files.</param>
    /// <param name="configure">Changes the options.</param>
    public static PlayFlowBuilder UseDockerCompute<TBuilds>(
        this PlayFlowBuilder builder, TBuilds builds, Action<DockerComputeOptions>? configure = null)
        where TBuilds : IBuildArtefacts, IBuildProcessor
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(builds);
        var options = builder.Services.AddOptions<DockerComputeOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<DockerComputeOptions>, DockerComputeOptionsValidator>());
        builder.Services.TryAddSingleton(services => new DockerComputeProvider(
            services.GetRequiredService<IOptions<DockerComputeOptions>>().Value,
            builds,
            services.GetRequiredService<TimeProvider>(),
            services.GetService<ILogger<DockerComputeProvider>>() ?? NullLogger<DockerComputeProvider>.Instance,
            services.GetService<ITlsTerminator>()));
        builder.Services.TryAddSingleton<IComputeProvider>(static services => services.GetRequiredService<DockerComputeProvider>());
        builder.Services.TryAddSingleton<IBuildProcessor>(
            services => new DockerBuildProcessor(builds, services.GetRequiredService<DockerComputeProvider>()));
        return builder;
    }
}
